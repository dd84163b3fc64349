"""What a host needs around the pages: headers on every response, health, metrics."""

from __future__ import annotations

import os
import re
import uuid
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.jobs.counting import BUCKETS, Counts
from playground.ui import live

ANSWER_SECONDS = 2.0  # until a queue process that does not answer counts as away


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


class Outside:
    """Put `HEADERS` on every response, and count who is connected."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or one visitor's socket for as long as it is open."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if "text/html" in Headers(scope=scope).get("accept", ""):  # a page is loaded
                    cookie = f"{COOKIE}={BORN}; Path=/; HttpOnly; SameSite=Lax"
                    headers.append("Set-Cookie", cookie)
            await send(message)

        if scope["type"] != "websocket":
            await self.app(scope, receive, send_with_headers)
            return
        _visitors.add(id(scope))
        try:
            await self.app(scope, receive, send)
        finally:
            _visitors.discard(id(scope))


def started_again() -> bool:
    """Whether this page was loaded from the server before its last start; True once a session."""
    if st.session_state.get("_met", False):
        return False
    st.session_state["_met"] = True
    found = st.context.cookies.get(COOKIE)
    return isinstance(found, str) and found != BORN


def routes() -> list[BaseRoute]:
    """Return the routes beside the pages; PLAYGROUND_METRICS=off leaves the metrics out."""
    found: list[BaseRoute] = [Route("/healthz", _health)]
    if os.environ.get("PLAYGROUND_METRICS", "on") != "off":
        found.append(Route("/metrics", _metrics))
    return found


async def _health(_: Request) -> Response:
    """Tell whether the pages are served, and whether the queue process answers."""
    answers = await _state() is not None
    return JSONResponse(
        {"web": "ok", "queue": "ok" if answers else "away"}, status_code=200 if answers else 503
    )


async def _metrics(_: Request) -> Response:
    """Tell what the queue has counted, in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Collector(await _state()))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _state() -> tuple[Counts, int] | None:
    with anyio.move_on_after(ANSWER_SECONDS):
        return await anyio.to_thread.run_sync(live.state, abandon_on_cancel=True)
    return None


class _Collector:
    """The metrics of one moment."""

    def __init__(self, state: tuple[Counts, int] | None) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """Yield every family; of the queue's only whether it answers, if it does not."""
        yield _gauge("visitors", "Browsers that are connected", {(): len(_visitors)})
        yield _gauge("queue_up", "Whether the queue process answers", {(): self._state is not None})
        pids = {("web",): os.getpid()}
        if self._state:
            counts, pids[("queue",)] = self._state
            yield from _runs(counts)
            for name, about, values in (
                ("queue_length", "Runs that wait", counts.waiting),
                ("runs_running", "Runs that go on", counts.running),
            ):
                yield _gauge(name, about, {(lane,): n for lane, n in values.items()}, "lane")
            yield _gauge("kept_bytes", "Results kept for equal runs", {(): counts.kept_bytes})
        memory = {name: _memory(pid) for name, pid in pids.items()}
        yield _gauge("memory_bytes", "Resident memory of a process", memory, "process")


def _runs(counts: Counts) -> Iterator[Metric]:
    started = CounterMetricFamily("playground_runs_started", "Runs by their job", labels=["job"])
    for job, number in counts.started.items():
        started.add_metric([job], number)
    yield started
    ended = CounterMetricFamily(
        "playground_runs_ended", "Jobs that ended, by how", labels=["job", "outcome"]
    )
    for (job, outcome), number in counts.ended.items():
        ended.add_metric([job, outcome], number)
    yield ended
    took = HistogramMetricFamily("playground_run_seconds", "How long runs took", labels=["lane"])
    for lane, numbers in counts.took.items():
        bounds = [*map(str, BUCKETS), "+Inf"]
        below = [sum(numbers[: k + 1]) for k in range(len(numbers))]
        took.add_metric([lane], list(zip(bounds, below, strict=True)), counts.seconds[lane])
    yield took


def _gauge(name: str, about: str, values: Mapping[Any, float], label: str | None = None) -> Metric:
    family = GaugeMetricFamily(f"playground_{name}", about, labels=[label] if label else [])
    for labels, value in values.items():
        family.add_metric(labels, value)
    return family


def _memory(pid: int) -> float:
    """Return the bytes of memory that a process holds; NaN where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return float(pages * os.sysconf("SC_PAGE_SIZE"))
