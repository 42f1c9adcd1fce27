"""A service in a thread of the test's own process, and a client of it."""

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import pairwise
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect

from specnet.app.serve.models import Models
from specnet.app.serve.server import Place, listen, server
from specnet.app.serve.work import Limits

PATIENCE = 60.0
END = '{"type": "end"}'


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Of the service at this port."""

    port: int

    def ask(self, call: str, body: bytes | None = None, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            target = f"{call}?{urlencode(query, doseq=True)}" if query else call
            connection.request("GET" if body is None else "POST", target, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def connect(self, **options: Any) -> ClientConnection:
        return connect(f"ws://127.0.0.1:{self.port}/stream", open_timeout=PATIENCE, max_queue=None, **options)

    def stream(
        self, wishes: dict[str, Any], sound: bytes, cuts: Sequence[int] = (), **options: Any
    ) -> tuple[list[dict[str, Any]], bytes]:
        """All that is said of `sound`, cut before these bytes, and the columns of its spectrogram."""
        bounds = [0, *sorted(min(cut, len(sound)) for cut in cuts), len(sound)]
        said, columns = [], b""
        with self.connect(**options) as connection:
            connection.send(json.dumps(wishes))
            for begin, end in pairwise(bounds):
                for at in range(begin, max(end, begin + 1), 1 << 20):
                    connection.send(sound[at : min(end, at + (1 << 20))])
            connection.send(END)
            for message in connection:
                if isinstance(message, bytes):
                    columns += message
                else:
                    said.append(json.loads(message))
        return said, columns


@contextmanager
def serving(
    models: Models,
    limits: Limits | None = None,
    token: str | None = None,
    log: list[str] | None = None,
    unread: int | None = None,
) -> Iterator[Client]:
    """A service, whose system holds `unread` bytes for a client that does not read."""
    listening = listen(Place("127.0.0.1", 0))
    if unread is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, unread)
    running = server(models, limits or Limits(), token, ([] if log is None else log).append)
    thread = Thread(target=running.run, args=([listening],))
    thread.start()
    try:
        yield Client(listening.getsockname()[1])
    finally:
        running.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()
