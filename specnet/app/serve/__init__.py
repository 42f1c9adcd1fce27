"""A service over HTTP and WebSocket: recordings and live sound in, words out, and a page to see and hear them.

The way of a recording: `server` (the socket) -> `service` (the calls) -> `work` (uploads, and threads that scan them).
That of live sound: `server` -> `service` -> `live` (a connection) -> `session` (what one client wants, and hears of).
"""
