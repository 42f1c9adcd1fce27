"""A server in the same process, and what its clients say to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event

from specnet.app.detect import Detector
from specnet.app.wyoming.address import Address
from specnet.app.wyoming.server import serving
from specnet.app.wyoming.words import Spotter, WakeWords
from tests.conftest import RATE, beeps

LOCAL = Address("127.0.0.1", 0)
SOUND = (32_767 * beeps(2.0, ("low", 0.5), ("high", 1.2))).astype("<i2").tobytes()

Serve = Callable[[], AbstractAsyncContextManager[Address]]


class Client(AsyncTcpClient):
    """The real client, which gives up in a test that would hang."""

    def __init__(self, address: Address) -> None:
        super().__init__(address.host, address.port)

    async def read_event(self) -> Event | None:
        async with asyncio.timeout(30):
            return await super().read_event()

    async def say(self, *events: Event) -> None:
        for event in events:
            await self.write_event(event)

    async def answer(self) -> Event:
        event = await self.read_event()
        assert event is not None, "hung up on"
        return event

    async def raw(self, text: bytes) -> None:
        assert self._writer is not None
        self._writer.write(text)
        await self._writer.drain()

    async def is_dropped(self) -> str:
        """What the server says at last."""
        event = await self.answer()
        assert event.type == "error" and await self.read_event() is None
        return str(event.data["text"])


def start(rate: int = RATE, width: int = 2, channels: int = 1) -> Event:
    return AudioStart(rate, width, channels).event()


def chunk(sound: bytes, timestamp: int | None = None, rate: int = RATE, width: int = 2, channels: int = 1) -> Event:
    return AudioChunk(rate, width, channels, sound, timestamp).event()


def chunks(sound: bytes, size: int = 2048) -> Iterator[Event]:
    return (chunk(sound[begin : begin + size]) for begin in range(0, len(sound), size))


STOP = AudioStop().event()


@pytest.fixture
def words(tiny_detector: Detector) -> WakeWords:
    return WakeWords([Spotter(tiny_detector, 0.6)])


@pytest.fixture
def log() -> list[str]:
    """What the server has said."""
    return []


@pytest.fixture
def server(words: WakeWords, log: list[str]) -> Serve:
    @asynccontextmanager
    async def serve() -> AsyncIterator[Address]:
        async with serving(words, LOCAL, log.append) as address:
            yield address

    return serve


async def logged(log: list[str], text: str) -> str:
    """The line of the log that holds `text`, once it is there."""
    async with asyncio.timeout(30):
        while not (found := [line for line in log if text in line]):
            await asyncio.sleep(0.01)
    return found[0]
