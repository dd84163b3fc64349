"""Send static files compressed: each is compressed once, when the server starts."""

from __future__ import annotations

import gzip
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import brotli
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

# At these levels all of Streamlit's files take 2 s; brotli's best takes 70 times as long as its
# fifth, for a tenth less. The first of two that are accepted alike is sent.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}
WORTH = 0.9  # a file that keeps more of its size than this is sent as it is
CHUNK = 2**16  # bytes sent at a time, or a slow visitor's whole file would wait in memory
ACCEPTED = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")
# What makes an answer depend on more than the file.
CONDITIONS = {b"accept-encoding", b"if-modified-since", b"if-none-match"}

_static = StaticFiles()


def streamlit_files() -> dict[str, Path]:
    """Return the files that Streamlit's pages are made of, by the path of their address."""
    folder = Path(st.__file__).parent / "static"
    files = {f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*.*")}
    return {"/": folder / "index.html", **files}


def chosen(accepted: str, offered: Iterable[str]) -> str | None:
    """Return the coding of those `offered` that is accepted most; None for the file as it is.

    accepted: the request's Accept-Encoding. Where it does not name `identity`, any coding that it
    accepts comes first; where it accepts none that is offered, the file is sent as it is.
    """
    parts = map(ACCEPTED.fullmatch, accepted.lower().split(","))
    weights = {part[1]: float(part[2] or 1) for part in parts if part}
    rest = weights.get("*", 0.0)
    weight, coding = max(
        ((weights.get(coding, rest), coding) for coding in offered),
        key=lambda pair: pair[0],
        default=(0.0, ""),
    )
    return coding if weight > 0 and weight >= weights.get("identity", 0.0) else None


class Compressed:
    """Send `files` as they were compressed once, to whoever accepts that.

    The app inside is asked for the headers of every answer. Their `ETag`, made of the file's time
    and size, tells whether it would send the file, and whether that is still the compressed one.

    files: by the path of their address, below `server.baseUrlPath`.
    """

    def __init__(self, app: ASGIApp, files: Mapping[str, Path]) -> None:
        self.app = app
        self._files = files
        base = str(config.get_option("server.baseUrlPath")).strip("/")
        self._base = f"/{base}" if base else ""
        self._bodies: dict[str, dict[str, tuple[str, bytes]]] = {path: {} for path in files}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; as the server starts, start to compress."""
        if scope["type"] == "lifespan":
            with self._compressing():
                await self.app(scope, receive, send)
        elif scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            await self._answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix(self._base)
        if path not in self._files:
            await self.app(scope, receive, send)
            return
        bodies, asked = self._bodies[path], Headers(scope=scope)
        coding = chosen(",".join(asked.getlist("accept-encoding")), bodies)
        if coding and "range" not in asked:
            tag, body = bodies[coding]
            headers = await self._uncompressed(scope, receive)
            if headers.get("etag") == tag and not _to_keep(asked, headers):
                _describe(headers, coding, tag, len(body))
                await _respond(body if scope["method"] == "GET" else b"", headers, asked, send)
                return
        await self.app(scope, receive, _varied(send))

    async def _uncompressed(self, scope: Scope, receive: Receive) -> MutableHeaders:
        """Return the headers that the file would be sent with as it is."""
        asked = [(name, value) for name, value in scope["headers"] if name not in CONDITIONS]
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await self.app({**scope, "method": "HEAD", "headers": asked}, receive, keep)
        return MutableHeaders(raw=list(sent[0]["headers"]))

    @contextmanager
    def _compressing(self) -> Iterator[None]:
        """Compress in a thread, which ends early if the block ends."""
        over = threading.Event()
        threading.Thread(target=self._compress, args=(over,), name="compression").start()
        try:
            yield
        finally:
            over.set()

    def _compress(self, over: threading.Event) -> None:
        """Compress all files, for the first coding and then for the next, until `over`."""
        if sys.platform == "linux":
            os.nice(10)  # this thread alone: there each has a priority of its own
        for coding, compress in CODINGS.items():
            for path, file in self._files.items():
                if over.is_set():
                    return
                with suppress(OSError):  # it went away: the app inside says so to who asks
                    tag = FileResponse(file, stat_result=file.stat()).headers["etag"]
                    content = file.read_bytes()
                    body = compress(content)
                    if len(body) <= WORTH * len(content):
                        self._bodies[path][coding] = tag, body


def _to_keep(asked: Headers, headers: Headers) -> bool:
    """Return whether the request or the answer forbids another coding, or it has one already."""
    said = f"{asked.get('cache-control')}, {headers.get('cache-control')}"
    return "no-transform" in said or "content-encoding" in headers


def _describe(headers: MutableHeaders, coding: str, tag: str, length: int) -> None:
    """Change the headers of a file, whose ETag is `tag`, into those of its compressed form."""
    headers["Content-Encoding"] = coding
    headers["Content-Length"] = str(length)
    headers["ETag"] = f'{tag[:-1]}-{coding}"'
    del headers["Accept-Ranges"]  # a range is one of the file as it is
    _vary(headers)


async def _respond(body: bytes, headers: Headers, asked: Headers, send: Send) -> None:
    """Send `body`, or that what the visitor holds is the same."""
    status = 200
    if _static.is_not_modified(headers, asked):
        status, body, headers = 304, b"", NotModifiedResponse(headers).headers
    await send({"type": "http.response.start", "status": status, "headers": headers.raw})
    for begin in range(0, len(body), CHUNK):
        chunk = body[begin : begin + CHUNK]
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _varied(send: Send) -> Send:
    """Return `send`, which tells caches that another visitor may be sent another coding."""

    async def send_varied(message: Message) -> None:
        if message["type"] == "http.response.start":
            _vary(MutableHeaders(scope=message))
        await send(message)

    return send_varied


def _vary(headers: MutableHeaders) -> None:
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")
