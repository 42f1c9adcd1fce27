"""Events as they arrive from a stranger: nothing in them is taken on trust.

An event is a line of JSON (``type``, ``data``, ``data_length``, ``payload_length``), so many bytes of more JSON, and so
many bytes of payload. The reader of the package `wyoming` reads as many bytes as it is told to and waits for ever, so
this one has limits.
"""

import asyncio
import json
from typing import Any

from wyoming.event import Event

from specnet.errors import SpecnetError
from specnet.units import Seconds

LARGEST_HEADER = 1 << 16
"""Bytes of the line, and of the further JSON: a client's longest event names the words that it wants."""

LARGEST_PAYLOAD = 1 << 20
"""Bytes: 33 s of 16-bit sound at 16 kHz, of which clients send some 0.1 s at a time."""

WHOLE_EVENT: Seconds = 30.0
"""An event that has begun is complete after that, or its sender has stalled."""


async def read_event(reader: asyncio.StreamReader, patience: Seconds) -> Event | None:
    """The next event, or None at the end of the stream; `reader` has the limit `LARGEST_HEADER`.

    Raises `SpecnetError` where none begins within `patience` seconds, it takes too long, is too large, ends in the
    middle, or is none.
    """
    try:
        async with asyncio.timeout(patience):
            first = await reader.read(1)
    except TimeoutError:
        raise SpecnetError(f"said nothing for {patience:g} s") from None
    if not first:
        return None
    try:
        async with asyncio.timeout(WHOLE_EVENT):
            return await _read_rest(first, reader)
    except TimeoutError:
        raise SpecnetError(f"an event was not complete after {WHOLE_EVENT:g} s") from None
    except asyncio.LimitOverrunError:
        raise SpecnetError(f"the line of an event is longer than {LARGEST_HEADER} bytes") from None
    except asyncio.IncompleteReadError:
        raise SpecnetError("hung up in the middle of an event") from None


async def _read_rest(first: bytes, reader: asyncio.StreamReader) -> Event:
    header = _json_object(first if first == b"\n" else first + await reader.readuntil(b"\n"), "the line of an event")
    kind, data = header.get("type"), header.get("data")
    if not isinstance(kind, str):
        raise SpecnetError(f"the type of an event is {kind!r:.40}: must be text")
    if not isinstance(data, dict | None):
        raise SpecnetError(f"the data of an event are {data!r:.40}: must be a JSON object")
    data = data or {}
    if size := _length(header, "data_length", LARGEST_HEADER):
        data |= _json_object(await reader.readexactly(size), "the data of an event")
    size = _length(header, "payload_length", LARGEST_PAYLOAD)
    return Event(kind, data, await reader.readexactly(size) if size else None)


def _length(header: dict[str, Any], name: str, most: int) -> int:
    length = header.get(name)
    if length is None:
        return 0
    if type(length) is not int or not 0 <= length <= most:
        raise SpecnetError(f"{name} is {length!r:.40}: must be a whole number from 0 to {most}")
    return length


def _json_object(text: bytes, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SpecnetError(f"{what} is {text!r:.60}: must be a JSON object")
    return found
