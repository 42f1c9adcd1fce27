"""Who may ask, and how everything is answered: refusals in words, and headers that keep a browser to this host."""

import asyncio
import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from specnet.units import Seconds

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

LINGER: Seconds = 2.0
"""So long what a refused client still sends is thrown away, for it to read why: closing at once would reset it."""


class Refusal(Exception):
    """An answer that is not the one hoped for: a status of HTTP, and why, in one line."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})


class RefusalResponse(JSONResponse):
    """A refusal of a request whose body may not have been read; the connection ends with it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__({"error": str(refusal)}, refusal.status, refusal.headers | {"Connection": "close"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while (await receive()).get("more_body"):
                    pass
        await send({"type": "http.response.body", "body": b""})


def is_allowed(token: str | None, given: str | None) -> bool:
    """Whether the token that was given is the right one, in a time that does not tell how much of it is.

    >>> is_allowed(None, None), is_allowed("secret", None), is_allowed("secret", "secret")
    (True, False, True)
    """
    return token is None or hmac.compare_digest(token.encode(), (given or "").encode())


def is_foreign(headers: Headers) -> bool:
    """Whether a page of another host asks, in a visitor's browser.

    >>> is_foreign(Headers({"host": "localhost:8080", "origin": "http://localhost:8080"}))
    False
    >>> is_foreign(Headers({"host": "localhost:8080", "origin": "https://elsewhere.example"}))
    True
    """
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


class Guard:
    """Refuses what pages of other hosts ask, gives every answer `HEADERS`, and tells `answered` its call and status."""

    def __init__(self, app: ASGIApp, answered: Callable[[str, int], None]) -> None:
        self._app, self._answered = app, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                route = scope.get("route")
                self._answered(route.path if isinstance(route, Route) else "page", message["status"])
            await send(message)

        if is_foreign(Headers(scope=scope)):
            if scope["type"] == "websocket":
                return await send({"type": "websocket.close"})
            return await RefusalResponse(Refusal(403, "another host's page asks: open the page of this service"))(
                scope, receive, send_on
            )
        await self._app(scope, receive, send_on)
