"""What a host needs around the pages: headers on every response, bounds, health."""

from __future__ import annotations

import asyncio
import re
import uuid
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import cast

import anyio
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.stats import GaugeStat

from playground.jobs.limits import on
from playground.jobs.tally import Counts
from playground.ui import workers
from playground.ui.server import metrics
from playground.ui.session import visit

ANSWER_SECONDS = 2.0  # until a queue process that does not answer counts as away
FILE_BYTES = 2**20  # of one upload, at most: server.maxUploadSize
SESSION_BYTES = 4 * FILE_BYTES  # of all that one page has uploaded and not taken away
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/")


def _inline_scripts() -> str:
    """Return the sources that let the scripts in Streamlit's own page run, and no other inline."""
    page = Path(st.__file__).parent / "static" / "index.html"
    scripts = re.findall("<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL)
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{found}'" for found in hashes)


POLICY = {
    "default-src": "'self'",
    "script-src": f"'self' blob: 'wasm-unsafe-eval' {_inline_scripts()}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

BORN = uuid.uuid4().hex  # another at every start of the server
COOKIE = "playground_server"  # holds the `BORN` of the server that a page was loaded from

_visitors: set[int] = set()  # the sockets that are open
_arriving: list[str] = []  # the session of each upload that goes on
_question: asyncio.Task[tuple[Counts, int] | None] | None = None  # the last one to the queue


class Guard:
    """Put `HEADERS` on every response, count who is connected, refuse what is too much."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or one visitor's socket for as long as it is open."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        if scope["type"] == "websocket":
            _visitors.add(id(scope))
        try:
            await self.app(scope, receive, send)
        finally:
            _visitors.discard(id(scope))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, session = False, _uploader(scope)

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if "text/html" in Headers(scope=scope).get("accept", ""):  # a page is loaded
                    cookie = f"{COOKIE}={BORN}; Path=/; HttpOnly; SameSite=Lax"
                    headers.append("Set-Cookie", cookie)
            await send(message)

        _arriving.append(session)
        try:
            app = _refusal(scope, session) or self.app
            await app(scope, receive, send_with_headers)
        except Exception:
            if not begun:
                response = PlainTextResponse("Internal Server Error", 500)
                await response(scope, receive, send_with_headers)
            raise  # to be logged
        finally:
            _arriving.remove(session)


def _refusal(scope: Scope, session: str) -> Response | None:
    """Return the answer to what this server does not give or take."""
    if scope["path"].rstrip("/").endswith("/_stcore/metrics"):  # Streamlit's own
        return PlainTextResponse("Not Found", 404)
    if session and _held(session) + _arriving.count(session) * FILE_BYTES > SESSION_BYTES:
        return PlainTextResponse("This page has uploaded too much: load it again.", 413)
    return None


def _uploader(scope: Scope) -> str:
    """Return the session that a request uploads a file to, or nothing if it does not."""
    found = UPLOAD.search(scope["path"]) if scope["method"] == "PUT" else None
    return found[1] if found else ""


def _held(session: str) -> int:
    """Return the bytes of the files that Streamlit holds for a session."""
    if not runtime.exists():
        return 0
    files = cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
    return sum(len(file.data) for file in list(files.file_storage.get(session, {}).values()))


def _sessions() -> int:
    """Return how many sessions Streamlit holds."""
    if not runtime.exists():
        return 0
    (counted,) = runtime.get_instance().stats_mgr.get_stats(["active_sessions"]).values()
    return sum(int(stat.value) for stat in cast(Sequence[GaugeStat], counted))


@dataclass
class Restart:
    """Whether this visit has been looked at for a restart of the server."""

    looked: bool = False


def started_again() -> bool:
    """Whether this page was loaded from the server before its last start; True once a session."""
    restart = visit().part(Restart)
    if restart.looked:
        return False
    restart.looked = True
    found = st.context.cookies.get(COOKIE)
    return isinstance(found, str) and found != BORN


def routes() -> list[BaseRoute]:
    """Return the routes beside the pages; PLAYGROUND_METRICS=off leaves the metrics out."""
    found: list[BaseRoute] = [Route("/healthz", health)]
    if on("PLAYGROUND_METRICS"):
        found.append(Route("/metrics", _metrics))
    return found


async def health(_: Request) -> Response:
    """Tell whether the pages are served, and whether the queue process answers."""
    answers = await _state() is not None
    return JSONResponse(
        {"web": "ok", "queue": "ok" if answers else "away"}, status_code=200 if answers else 503
    )


async def _metrics(_: Request) -> Response:
    """Tell what the queue has counted, in the text format of Prometheus."""
    text = metrics.text(await _state(), len(_visitors), _sessions())
    return Response(text, media_type=metrics.MEDIA_TYPE)


async def _state() -> tuple[Counts, int] | None:
    """Ask the queue process, unless an earlier question is still without an answer: wait for it."""
    global _question
    if _question is None or _question.done():
        asking = anyio.to_thread.run_sync(workers.state, abandon_on_cancel=True)
        _question = asyncio.create_task(asking)
    with anyio.move_on_after(ANSWER_SECONDS):
        return await asyncio.shield(_question)
    return None
