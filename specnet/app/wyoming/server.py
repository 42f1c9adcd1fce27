"""The connections: many clients at once, of which none can harm another.

The networks run in the event loop itself: a step takes less than half a millisecond, less than handing it to a thread.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from wyoming.error import Error
from wyoming.event import Event, async_write_event

from specnet.app.listening import refusal
from specnet.app.wyoming.address import Address
from specnet.app.wyoming.events import LARGEST_HEADER, read_event
from specnet.app.wyoming.info import info
from specnet.app.wyoming.session import Session
from specnet.app.wyoming.words import WakeWords
from specnet.errors import SpecnetError
from specnet.units import Seconds

MOST_CLIENTS = 200
"""Well below the 1024 files that a process may usually open, and more than a core has time for."""

FIRST_EVENT: Seconds = 30.0
"""Whoever has said nothing until then is no client."""

IDLE: Seconds = 600.0
"""A satellite that is muted sends nothing, and so does one that has lost its network: it will call again."""

UNREAD: Seconds = 30.0
"""Answers that are not read for so long never will be. Meanwhile nothing is read from that client either."""

FAREWELL: Seconds = 2.0
"""So long a client that is dropped may take to read why."""

Say = Callable[[str], None]


async def serve(words: WakeWords, address: Address, say: Say, discoverable: bool = False) -> None:
    """Listen at `address` until the process is told to end; `say` takes a line for whoever reads the log.

    Raises `SpecnetError` where that address is not to be had.
    """
    stop = asyncio.Event()
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with AsyncExitStack() as stack:
        bound = await stack.enter_async_context(serving(words, address, say))
        if discoverable:
            from specnet.app.wyoming.discovery import announced

            await stack.enter_async_context(announced(bound))
        say(f"{bound}: listening for {words}")
        await stop.wait()


@asynccontextmanager
async def serving(words: WakeWords, address: Address, say: Say) -> AsyncIterator[Address]:
    """A server for as long as the block lasts; yields its address, with the port that it really has."""
    server = _Server(words, say)
    try:
        listening = await asyncio.start_server(server.accept, address.host, address.port, limit=LARGEST_HEADER)
    except (OSError, OverflowError, UnicodeError) as problem:
        raise SpecnetError(f"--uri {address}: {refusal(problem)}") from None
    try:
        yield Address(address.host, listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        await server.hang_up()


class _Server:
    def __init__(self, words: WakeWords, say: Say) -> None:
        self._words, self._say, self._info = words, say, info(words).event()
        self._clients: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one more client."""
        task = asyncio.get_running_loop().create_task(self._attend(reader, writer))
        self._clients.add(task)
        task.add_done_callback(self._clients.discard)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = ":".join(map(str, (writer.get_extra_info("peername") or ("a client that is gone",))[:2]))

        def say(line: str) -> None:
            self._say(f"{peer}: {line}")

        try:
            if len(self._clients) > MOST_CLIENTS:
                raise SpecnetError(f"{MOST_CLIENTS} clients are here already")
            await self._converse(reader, writer, say)
        except SpecnetError as problem:
            say(f"dropped: {problem}")
            with suppress(OSError):
                await _write(Error(str(problem)).event(), writer, FAREWELL)
        except OSError:  # it is gone
            pass
        finally:
            await _close(writer)

    async def hang_up(self) -> None:
        """Drop all clients."""
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, say: Say) -> None:
        session, patience = Session(self._words, self._info, say), FIRST_EVENT
        while (event := await read_event(reader, patience)) is not None:
            patience = IDLE
            for turn, answers in enumerate(session.answer(event)):
                if turn:
                    await asyncio.sleep(0)
                for answer in answers:
                    try:
                        await _write(answer, writer, UNREAD)
                    except TimeoutError:
                        raise SpecnetError(f"did not read its answers for {UNREAD:g} s") from None
            await asyncio.sleep(0)  # else one that sends without pause would be read without pause


async def _write(event: Event, writer: asyncio.StreamWriter, patience: Seconds) -> None:
    async with asyncio.timeout(patience):
        await async_write_event(event, writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        with suppress(OSError):
            async with asyncio.timeout(FAREWELL):
                await writer.wait_closed()
    finally:
        writer.transport.abort()  # what is still unread would wait for ever
