"""What benchmarks share: sizes, the bare loop, a server, a browser, the agent API, a verdict."""

from __future__ import annotations

import argparse
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from unittest import mock

import psutil
import requests
from playwright.sync_api import Page, sync_playwright

from playground.core import training
from playground.core.settings import Settings
from tests.browser import finding

ROOT = Path(__file__).parent.parent
APP = ROOT / "app.py"
AGENT_API = ("--server.enableAgentApi=true", "--server.agentWaitTimeout=100")
PATIENCE = 150.0  # seconds until what a page should show has failed to come

_smoke = False


def sizes(description: str | None, **known: tuple[Any, Any]) -> argparse.Namespace:
    """Read the command line: `--smoke`, and an option for each size of a benchmark.

    known: each size as it is measured with, and the least that proves that the benchmark runs.
    """
    global _smoke
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    proof = "take the smallest sizes and judge nothing: it proves that this runs"
    parser.add_argument("--smoke", action="store_true", help=proof)
    for name, (measured, least) in known.items():
        said = f"default: {measured}, with --smoke {least}"
        parser.add_argument(f"--{name}", type=type(measured), help=said)
    given = parser.parse_args()
    _smoke = given.smoke
    for name, (measured, least) in known.items():
        if getattr(given, name) is None:
            setattr(given, name, least if given.smoke else measured)
    return given


def bare_loop(settings: Settings) -> Callable[[], object]:
    """Return the loop that trains with `settings` and does nothing else.

    It is the lesson's own text without the line that yields: the tutorial's loop by
    construction, called on the data, start and arguments that a recorded run gets.
    """
    lines = settings.lesson.source.splitlines(keepends=True)
    kept = [line for line in lines if not line.lstrip().startswith("yield ")]
    assert len(kept) == len(lines) - 1, f"{settings.lesson.path} should yield on one line"
    names: dict[str, Any] = {"__name__": "bare"}
    exec(compile("".join(kept), f"{settings.lesson.path.name} without yield", "exec"), names)

    def run() -> object:
        with mock.patch(f"{settings.lesson.module}.train", names["train"]):
            return training.start(settings)

    return run


def seconds(call: Callable[[], object]) -> float:
    """Return how long `call` takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


@dataclass(frozen=True)
class Server:
    """A running Streamlit server: where it answers, its process, how long until it was up."""

    url: str
    process: subprocess.Popen[bytes]
    seconds_to_health: float


@contextmanager
def server(
    script: Path = APP, *options: str, port: int = 0, log: IO[bytes] | None = None
) -> Iterator[Server]:
    """Serve `script`, and stop the server at the end.

    port: a free one if it is 0. log: where all goes that the server writes; if there is none, its
    errors are shown.
    """
    port = port or free_port()
    address = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *address, *options]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=log or subprocess.DEVNULL, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        while not _healthy(url):
            assert process.poll() is None, "the server ended before it was up"
            time.sleep(0.02)
        yield Server(url, process, time.perf_counter() - began)
    finally:
        if process.poll() is not None:
            print(f"the server had ended by itself, with {process.returncode}")
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Visitor:
    """A session of Streamlit's agent API: the real page, without a browser."""

    def __init__(self, url: str, **start: Any) -> None:
        self._url = f"{url}/_stcore/agent/interact"
        self._http = requests.Session()
        self._http.headers["Accept-Encoding"] = "identity"  # a browser's socket is not packed
        self._session: dict[str, str] = {}
        self._session = {"session_id": self.ask(**start).json()["session_id"]}

    def ask(self, **request: Any) -> requests.Response:
        """Send one change, wait until the page has run, and return what it shows."""
        answer = self._http.post(self._url, json={**self._session, **request}, timeout=120)
        assert answer.status_code == 200, answer.text[:500]
        return answer


@contextmanager
def browser() -> Iterator[Page]:
    """Open a page in the machine's browser, or Playwright's own, drawn without a GPU."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=finding.find(), args=finding.FLAGS)
        try:
            page = chromium.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(1e3 * PATIENCE)
            yield page
        finally:
            chromium.close()


def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Wait until `condition` holds; return whether it does in time. `--smoke` has more of it."""
    until = time.monotonic() + (PATIENCE if _smoke else seconds)
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def drawn(page: Page, condition: str, seconds: float = PATIENCE) -> float:
    """Wait until `condition` holds in a page; return the page's seconds at the frame after that.

    condition: an expression. Playwright's own wait evaluates it again and again, which the page's
    Content-Security-Policy forbids; here a function is handed over once.
    """
    waited: float = page.evaluate(
        f"""() => new Promise((done, failed) => {{
          const late = performance.now() + {1e3 * seconds};
          const end = () => requestAnimationFrame(() => done(performance.now() / 1e3));
          const look = () => requestAnimationFrame(() => ({condition}) ? end()
            : performance.now() < late ? look() : failed(new Error('not drawn in time')));
          look();
        }})"""
    )
    return waited


def late(waits: list[float]) -> float:
    """Return how long the one in twenty takes that waits longest: the 95th percentile."""
    return statistics.quantiles(waits, n=20)[-1] if len(waits) > 1 else waits[0]


def descendants(pid: int) -> list[int]:
    """Return the ids of the processes under `pid`."""
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def parent(pid: int) -> int:
    """Return the id of the parent of `pid`, or 0 if `pid` is gone."""
    try:
        return psutil.Process(pid).ppid()
    except psutil.Error:
        return 0


def forkserver(pid: int) -> int:
    """Return the id of the process that the server's runs are forked from."""
    below = psutil.Process(pid).children(recursive=True)
    return next(one.pid for one in below if "forkserver" in " ".join(one.cmdline()))


def judge(what: str, value: float, target: float, unit: str = "", *, least: bool = False) -> bool:
    """Print `value` beside its target, the most or the least; return whether it is met.

    With `--smoke` it is not judged: it counts as met.
    """
    met = _smoke or (value >= target if least else value <= target)
    bound = "at least" if least else "at most"
    said = "ran   " if _smoke else "ok    " if met else "MISSED"
    print(f"{said} {what}: {value:.4g}{unit}, {bound} {target:g}{unit}", flush=True)
    return met


def tell(what: str, value: float, unit: str = "") -> None:
    """Print a figure that has no target."""
    print(f"figure {what}: {value:.4g}{unit}", flush=True)


def check(what: str, passed: bool, detail: object = "") -> bool:
    """Print whether `what` holds, and return it."""
    print(
        f"{'PASS' if passed else 'FAIL'} {what}{f': {detail}' if detail != '' else ''}", flush=True
    )
    return passed


def resident(pid: int) -> float:
    """Return the megabytes of memory that a process holds, or 0 if it is gone."""
    try:
        return psutil.Process(pid).memory_info().rss / 2**20
    except psutil.Error:
        return 0.0


def maps(pid: int, library: str) -> bool:
    """Return whether a process has loaded a library with `library` in its name."""
    return any(library in part.path for part in psutil.Process(pid).memory_maps())


def mistakes(log: Path) -> list[str]:
    """Return the lines of a server's log that tell of an exception."""
    lines = log.read_text(errors="replace").splitlines()
    return [line for line in lines if re.search(r"Traceback|Exception|Error\b", line)]


median = statistics.median
