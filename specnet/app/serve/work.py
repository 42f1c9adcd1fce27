"""Uploads: received within limits, scanned in threads, so many at a time."""

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import IO, Any

from starlette.requests import Request

from specnet.app.results import FileResult, as_json, as_object, document
from specnet.app.serve.columns import Picture
from specnet.app.serve.guard import Refusal
from specnet.app.serve.models import Choice
from specnet.app.stream import Array
from specnet.audio.files import Recording
from specnet.units import Seconds

MOST_WAITING = 8
"""So many further uploads may be on their way, or wait for a thread."""

LATER = {"Retry-After": "2"}
STOPPING = "the service is being stopped"


@dataclass(frozen=True)
class Limits:
    """An upload has at most so many `bytes`; it takes at most so many `seconds` to come, and as many to be scanned."""

    bytes: int = 100 * 10**6
    seconds: Seconds = 60.0
    jobs: int = 1


@dataclass(frozen=True)
class Scanned:
    """What was found, as text of JSON, and as the values behind it."""

    text: str
    result: FileResult


class Workers:
    """Threads that scan `limits.jobs` recordings at a time; numpy, onnxruntime and the decoders let others run."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._pool = ThreadPoolExecutor(limits.jobs, "scan")
        self._guests: set[asyncio.Task[Any]] = set()
        self._closing = Event()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """An upload, from first byte to answer. Raises `Refusal` for one too many, and when none is taken any more."""
        task = asyncio.current_task()
        assert task is not None
        if self._closing.is_set():
            raise Refusal(503, STOPPING, LATER)
        if len(self._guests) >= self.limits.jobs + MOST_WAITING:
            raise Refusal(503, f"{len(self._guests)} recordings are here already: try again in a moment", LATER)
        self._guests.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self._closing.is_set():
                raise
            task.uncancel()
            raise Refusal(503, STOPPING, LATER) from None
        finally:
            self._guests.discard(task)

    async def receive(self, request: Request, file: IO[bytes]) -> None:
        """Write the body of `request` to `file`; raises `Refusal` as soon as it is too large, or too slow."""
        limits, size = self.limits, 0
        too_large = Refusal(413, f"more than {limits.bytes / 1e6:g} MB: send less at a time, or run specnet detect")
        if int(request.headers.get("content-length", 0)) > limits.bytes:
            raise too_large
        try:
            async with asyncio.timeout(limits.seconds):
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > limits.bytes:
                        raise too_large
                    file.write(chunk)
        except TimeoutError:
            raise Refusal(408, f"the upload was not complete after {limits.seconds:g} s") from None
        file.flush()

    async def scan(self, path: Path, name: str, choice: Choice, draw: bool) -> Scanned:
        """Scan the file at `path`, called `name`; raises `SpecnetError` for no sound, `Refusal` if it takes long."""
        stop = Event()
        work = partial(scan, path, name, choice, draw, stop)
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except TimeoutError:
            seconds = self.limits.seconds
            raise Refusal(503, f"not scanned after {seconds:g} s: send less at a time, or try again", LATER) from None
        finally:
            stop.set()

    def close(self) -> None:
        """Send all guests home."""
        self._closing.set()
        for guest in self._guests:
            guest.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)


class Stopped(Exception):
    """Nobody waits for this any more."""


def scan(path: Path, name: str, choice: Choice, draw: bool, stop: Event) -> Scanned:
    """What `specnet detect` finds, with the spectrogram if it is to be drawn; ends between two blocks after `stop`."""
    picture = Picture(choice.detector) if draw else None
    rate = choice.detector.grid.sample_rate

    def each(block: Array) -> None:
        if stop.is_set():
            raise Stopped
        if picture is not None:
            picture.push(block)

    with Recording(path, name=name) as recording:
        result = FileResult.of(name, recording, choice.stream(rate), rate, each)
    if picture is None:
        return Scanned("".join(as_json(choice.header, [result])), result)
    found = document(choice.header, [result]) | {"spectrogram": picture.document()}
    return Scanned(json.dumps(found, default=as_object), result)
