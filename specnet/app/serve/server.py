"""The socket, and the life of the process."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from specnet.app.listening import refusal
from specnet.app.serve.models import Models
from specnet.app.serve.service import service
from specnet.app.serve.work import Limits, Workers
from specnet.errors import SpecnetError
from specnet.units import Seconds

MOST_CONNECTIONS = 400
"""Well below the 1024 files that a process may usually open; who comes then is told 503."""

LARGEST_MESSAGE = 1 << 20
"""Bytes of sound that come at once: 5 s of 32-bit sound at 48 kHz, of which clients send some 0.1 s at a time."""

STALLED: Seconds = 30.0
"""So long what was sent may wait to be read, until the system drops the connection."""

FAREWELL: Seconds = 5.0
"""So long what is being answered may take when the process is told to end."""


WHOLE_HEADER: Seconds = 30.0
"""So long the header of a request may take to come."""


@dataclass(frozen=True)
class Place:
    """A host, by name or number, and a port; port 0 is any that is free."""

    host: str
    port: int

    @property
    def is_private(self) -> bool:
        """Whether no other machine reaches it.

        >>> Place("127.0.0.1", 80).is_private, Place("localhost", 80).is_private, Place("0.0.0.0", 80).is_private
        (True, True, False)
        """
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


class Connection(H11Protocol):
    """One that ends where nothing but the beginning of a request comes, which uvicorn would wait for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.loop.call_later(WHOLE_HEADER, self._look, self.cycle)

    def _look(self, last: RequestResponseCycle) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return  # gone, or a WebSocket by now
        if self.cycle is last and self.conn.their_state is h11.IDLE:
            self.transport.close()
        else:
            self.loop.call_later(WHOLE_HEADER, self._look, self.cycle)


class Server(uvicorn.Server):
    """A server that sends the guests of `workers` home before it waits for them."""

    def __init__(self, config: uvicorn.Config, workers: Workers) -> None:
        super().__init__(config)
        self._workers = workers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._workers.close()
        await super().shutdown(sockets)


def serve(models: Models, place: Place, limits: Limits, token: str | None, say: Callable[[str], None]) -> None:
    """Answer at `place` until the process is told to end; raises `SpecnetError` where that address is not to be had."""
    listening = listen(place)
    bound = Place(place.host, listening.getsockname()[1])
    if token is None and not bound.is_private:
        say(f"whoever reaches {bound} may ask: --token-file lets in only those who know a token")
    say(f"{bound}: serving {', '.join(models.detectors)}")
    signal.signal(signal.SIGTERM, lambda *_: None)  # what uvicorn restores, and then raises again
    server(models, limits, token, say).run([listening])


def server(models: Models, limits: Limits, token: str | None, say: Callable[[str], None]) -> Server:
    """One that is not started yet."""
    workers = Workers(limits)
    config = uvicorn.Config(
        service(models, workers, token, say),
        http=Connection,
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=round(FAREWELL),
    )
    return Server(config, workers)


def listen(place: Place) -> socket.socket:
    """A socket that is bound; raises `SpecnetError` that says what would be right where it cannot be."""
    try:
        family = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((place.host, place.port), family=family, backlog=128)
    except (OSError, OverflowError, UnicodeError) as problem:
        raise SpecnetError(f"{place}: {refusal(problem)}") from None
    if sys.platform == "linux":  # whose connections inherit it
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(1000 * STALLED))
    return listening
