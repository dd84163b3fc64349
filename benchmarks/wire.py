"""What a page costs on the wire, and how long a slow one keeps a visitor waiting."""

from __future__ import annotations

import time
from base64 import b64decode
from collections import Counter
from typing import Any

import common
import requests
from playwright.sync_api import CDPSession, Page

from playground.features import PAGES
from playground.ui.server.compression import streamlit_files

DELAY = 80  # milliseconds from a request to the first byte of its answer
CODINGS = {"plain": "identity", "gzip": "gzip, deflate", "br": "gzip, deflate, br, zstd"}
PLOT, GRAPH = ".js-plotly-plot path.js-line", "[data-testid=stGraphVizChart] .node"
CHART = f"document.querySelector('{PLOT}, {GRAPH}')"
HEADING = "document.querySelector('[data-test-script-state=notRunning] h1')"
WITHOUT_CHART = ("", "tracking", "teach")  # pages that open with none


class Wire:
    """Counts the bytes that come to a page."""

    def __init__(self, page: Page) -> None:
        self.files, self.socket, self._open = 0, 0, Counter[str]()
        self._page, self._session = page, page.context.new_cdp_session(page)
        self._session.on("Network.requestWillBeSent", lambda one: self._begin(one["requestId"]))
        self._session.on("Network.loadingFinished", self._end)
        self._session.on("Network.loadingFailed", self._end)
        self._session.on("Network.webSocketFrameReceived", self._frame)
        self._session.send("Network.enable")

    @property
    def session(self) -> CDPSession:
        """What tells the browser how its network is to be."""
        return self._session

    def settle(self, seconds: float = 1.0) -> None:
        """Wait until nothing has come for some seconds."""
        last, since = -1, time.monotonic()
        while time.monotonic() - since < seconds or self._open:
            self._page.wait_for_timeout(100)
            if last != self.files + self.socket:
                last, since = self.files + self.socket, time.monotonic()

    def _begin(self, request: str) -> None:
        self._open[request] = 1  # again for a redirect

    def _end(self, event: dict[str, Any]) -> None:
        self.files += int(event.get("encodedDataLength", 0))
        self._open.pop(event["requestId"], None)

    def _frame(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        text = frame["payloadData"]
        self.socket += len(b64decode(text) if frame["opcode"] == 2 else text.encode())


def load(url: str, slug: str, accepted: str, megabits: float) -> tuple[float, float, float]:
    """Return the MB of files and of messages of a page, and the seconds until it is drawn."""
    with common.browser() as page:
        wire, most = Wire(page), megabits * 1e6 / 8
        rates = {"downloadThroughput": most, "uploadThroughput": most}
        slow = {"offline": False, "latency": DELAY, **rates}
        wire.session.send("Network.emulateNetworkConditions", slow)
        page.set_extra_http_headers({"Accept-Encoding": accepted})
        page.goto(f"{url}/{slug}", wait_until="commit")
        seconds = common.drawn(page, HEADING if slug in WITHOUT_CHART else CHART)
        wire.settle()
        return wire.files / 1e6, wire.socket / 1e6, seconds


def wait_until_compressed(url: str) -> None:
    """Wait until the server has compressed its files, for both codings."""
    last = [path for path in streamlit_files() if path.endswith(".js")][-1]
    until = time.monotonic() + common.PATIENCE
    for coding in ("br", "gzip"):
        asked = {"Accept-Encoding": coding}
        while (
            requests.head(f"{url}{last}", headers=asked).headers.get("Content-Encoding") != coding
        ):
            assert time.monotonic() < until, "the server does not compress its files"
            time.sleep(0.1)


def report_wire(url: str, pages: int, codings: int, megabits: float) -> None:
    """Print what pages cost on a wire: MB of files, of messages, and seconds."""
    wait_until_compressed(url)
    tried = dict(list(CODINGS.items())[:codings])
    heads = "".join(f"{f'{name}: MB':>12}{'s':>7}" for name in tried)
    print(f"on a wire of {megabits:g} Mbit/s and {DELAY} ms:")
    print(f"{'page':16}{heads}{'socket: MB':>13}")
    for slug in ["", *(slug for slug, page in PAGES.items() if page.section)][:pages]:
        found = [load(url, slug, accepted, megabits) for accepted in tried.values()]
        cells = "".join(f"{files:12.2f}{seconds:7.1f}" for files, _, seconds in found)
        print(f"{slug or 'home':16}{cells}{found[-1][1]:13.2f}", flush=True)
