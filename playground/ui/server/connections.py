"""Send at once what is written to a visitor, where the server would wait for an answer first."""

from __future__ import annotations

import socket
from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send


class Undelayed:
    """Turn off Nagle's algorithm on every connection; this is to be the outermost layer.

    asyncio does so for a socket that names TCP as its protocol, but Streamlit's names none. Then
    the second of two small writes, a body after its headers or a message after another, waits
    until the first is acknowledged: for 40 ms on one machine, elsewhere for the way and back.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one socket; in uvicorn, `receive` belongs to its connection."""
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        connection = transport.get_extra_info("socket") if transport else None
        if connection is not None:
            with suppress(OSError):  # it has ended already, or is not TCP
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)
