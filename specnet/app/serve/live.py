"""A connection over which live sound comes. The networks run in the event loop itself, as in `specnet.app.wyoming`."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from specnet.app.serve.guard import is_allowed
from specnet.app.serve.metrics import Metrics
from specnet.app.serve.models import Models
from specnet.app.serve.session import Message, Session, read_wishes
from specnet.errors import SpecnetError
from specnet.units import Seconds

MOST_STREAMS = 200
"""More than a core has time for."""

FIRST: Seconds = 10.0
"""Whoever has not said by then what he wants is no client."""

IDLE: Seconds = 600.0
"""A microphone that is muted sends nothing, and so does one that has lost its network: it will call again."""

UNREAD: Seconds = 30.0
"""What is not read for so long never will be. Meanwhile nothing is read from that client either."""

DONE, REFUSED, TOO_MANY = 1000, 1008, 1013
"""Codes with which a connection is closed (RFC 6455, 7.4, and its registry)."""


class Streams:
    """All live sounds of a service."""

    def __init__(self, models: Models, token: str | None, metrics: Metrics, say: Callable[[str], None]) -> None:
        self._models, self._token, self._metrics, self._say = models, token, metrics, say
        self._here = 0

    async def attend(self, socket: WebSocket) -> None:
        """Serve one client until it goes, says that its sound has ended, or does what cannot be."""
        await socket.accept()
        self._here += 1
        self._metrics.streams.set(self._here)
        try:
            if self._here > MOST_STREAMS:
                return await self._refuse(socket, f"{MOST_STREAMS} clients are here already", TOO_MANY)
            await self._converse(socket)
            await socket.close(DONE)
        except SpecnetError as problem:
            await self._refuse(socket, str(problem), REFUSED)
        except (WebSocketDisconnect, Unread):
            pass
        finally:
            self._here -= 1
            self._metrics.streams.set(self._here)

    async def _converse(self, socket: WebSocket) -> None:
        first = await _receive(socket, FIRST)
        if not isinstance(first, str):
            raise SpecnetError("the first message is bytes: must be a JSON object that says what the sound is")
        wishes = read_wishes(first)
        given = wishes.pop("token", None) or socket.headers.get("authorization", "").removeprefix("Bearer ")
        if not is_allowed(self._token, given):
            raise SpecnetError("the token is missing or wrong: give the one of this service")
        session = Session(self._models, wishes)
        await self._tell(socket, session, [session.ready])
        try:
            while isinstance(sound := await _receive(socket, IDLE), bytes):
                for messages in session.push(sound):
                    await self._tell(socket, session, messages)
                    await asyncio.sleep(0)  # others have their turn
            if _loads(sound) != {"type": "end"}:
                raise SpecnetError(f'a message {sound!r:.40}: must be sound, or {{"type": "end"}}')
            for messages in session.finish():
                await self._tell(socket, session, messages)
        finally:
            self._metrics.sound.labels("stream").inc(session.heard)

    async def _tell(self, socket: WebSocket, session: Session, messages: Iterable[Message]) -> None:
        for message in messages:
            if isinstance(message, bytes):
                await _send(socket, message)
                continue
            if message["type"] == "segment":
                self._metrics.found(session.choice.detector.name, [message["label"]])
            await _send(socket, json.dumps(message))

    async def _refuse(self, socket: WebSocket, reason: str, code: int) -> None:
        peer = ":".join(map(str, socket.client or ("a client that is gone",)))
        self._say(f"{peer}: dropped: {reason}")
        try:
            await _send(socket, json.dumps({"type": "error", "message": reason}))
            await socket.close(code)
        except (WebSocketDisconnect, Unread):
            pass


class Unread(Exception):
    """A client does not read what it is told."""


async def _receive(socket: WebSocket, patience: Seconds) -> str | bytes:
    try:
        async with asyncio.timeout(patience):
            message = await socket.receive()
    except TimeoutError:
        raise SpecnetError(f"said nothing for {patience:g} s") from None
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    text: str | None = message.get("text")
    sound: bytes = message.get("bytes") or b""
    return sound if text is None else text


async def _send(socket: WebSocket, message: str | bytes) -> None:
    try:
        async with asyncio.timeout(UNREAD):
            await (socket.send_text(message) if isinstance(message, str) else socket.send_bytes(message))
    except TimeoutError:
        raise Unread from None


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
