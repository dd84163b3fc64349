"""Start the playground: `streamlit run app.py`."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.ui import live

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class ResponseHeaders:
    """Put `HEADERS` on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Keep the workers for as long as the server lives; look for garbage seldom.

    A page makes and drops thousands of lists: looking through all that is in memory for cycles
    at Python's own pace took a fifth of the time that pages cost.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    live.open_queue()
    try:
        yield
    finally:
        live.close_queue()


ROUTER = Path(__file__).parent / "playground" / "ui" / "router.py"
app = st.App(ROUTER, lifespan=lifespan, middleware=[Middleware(ResponseHeaders)])
