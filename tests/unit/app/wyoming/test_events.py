"""Events are read as the package reads them, and whatever is none is refused within bounds."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wyoming.event import Event, async_read_event

from specnet.app.wyoming import events
from specnet.app.wyoming.events import LARGEST_HEADER, LARGEST_PAYLOAD, read_event
from specnet.errors import SpecnetError

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)
DATA = st.dictionaries(st.text(), JSON, max_size=4)


def line(**fields: object) -> bytes:
    return json.dumps({"type": "ping"} | fields).encode() + b"\n"


def read(text: bytes, ended: bool = True) -> Event | None:
    async def main() -> Event | None:
        reader = asyncio.StreamReader(limit=LARGEST_HEADER)
        reader.feed_data(text)
        if ended:
            reader.feed_eof()
        return await read_event(reader, 0.05)

    return asyncio.run(main())


@settings(max_examples=30)
@given(kind=st.text(), header=DATA, more=DATA, payload=st.binary(max_size=100))
def test_it_reads_what_the_package_reads(kind: str, header: dict, more: dict, payload: bytes) -> None:
    data = json.dumps(more).encode() if more else b""
    text = line(type=kind, data=header, data_length=len(data), payload_length=len(payload)) + data + payload

    async def theirs() -> Event | None:
        reader = asyncio.StreamReader()
        reader.feed_data(text)
        return await async_read_event(reader)

    assert read(text) == asyncio.run(theirs())


def test_the_end_between_events_is_no_error() -> None:
    assert read(b"") is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (b"\n", r"the line of an event is b'\\n': must be a JSON object"),
        (b"GET / HTTP/1.1\r\n\r\n", "GET / HTTP"),
        (b"\xff\x00\xfe\n", "must be a JSON object"),
        (b"[" * 50_000 + b"\n", "must be a JSON object"),
        (b"[1]\n", "must be a JSON object"),
        (b"{}\n", "the type of an event is None: must be text"),
        (line(type=7), "the type of an event is 7"),
        (line(data=[1]), r"the data of an event are \[1\]: must be a JSON object"),
        (line(payload_length=10**10), f"payload_length is 10000000000: must be a whole number from 0 to {1 << 20}"),
        (line(payload_length=LARGEST_PAYLOAD + 1), "payload_length is 1048577"),
        (line(payload_length=-1), "payload_length is -1"),
        (line(payload_length=1.5), "payload_length is 1.5"),
        (line(payload_length=True), "payload_length is True"),
        (line(payload_length="9"), "payload_length is '9'"),
        (line(data_length=LARGEST_HEADER + 1) + b"{", "data_length is 65537"),
        (line(data_length=2) + b"[]", r"the data of an event is b'\[\]'"),
        (b"{" * (LARGEST_HEADER + 2), "the line of an event is longer than 65536 bytes"),
        (b'{"type": "pi', "hung up in the middle of an event"),
        (line(data_length=2) + b"{", "hung up in the middle of an event"),
        (line(payload_length=2) + b"a", "hung up in the middle of an event"),
    ],
)
def test_what_is_no_event_is_refused(text: bytes, complaint: str) -> None:
    with pytest.raises(SpecnetError, match=complaint) as refused:
        read(text)
    assert len(str(refused.value)) < 200


def test_the_largest_payload_is_read() -> None:
    found = read(line(payload_length=LARGEST_PAYLOAD) + bytes(LARGEST_PAYLOAD))
    assert found is not None and found.payload == bytes(LARGEST_PAYLOAD)


def test_nothing_at_all_and_half_an_event_end_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "WHOLE_EVENT", 0.05)
    with pytest.raises(SpecnetError, match=r"said nothing for 0\.05 s"):
        read(b"", ended=False)
    for half in (b'{"type"', line(data_length=9) + b"{", line(payload_length=9) + b"a"):
        with pytest.raises(SpecnetError, match=r"an event was not complete after 0\.05 s"):
            read(half, ended=False)
