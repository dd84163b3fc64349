"""What happens when something dies, is broken, or means harm.

Each is tried through the real page: in sessions of Streamlit's agent API, or in Chromium where a
browser is part of the matter. What must hold stands in the lines printed.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import pickle
import random
import re
import signal
import statistics
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import common
import psutil
import requests
from common import Visitor, check, judge, tell
from load import NASTY, OPTIONS, PAGES, walk
from playwright.sync_api import Page

AUTOGRAD, LONGEST = (
    {"page": "stages", "query_params": {"stage": [slug], "lang": ["en"]}}
    for slug in ("autograd", "dynamic")
)
TRAINED = re.compile(r'"label":"Time"')
TIMES = 3.0
seeds = itertools.count(1)


def trains(url: str) -> bool:
    """Return whether a visitor who comes now can train."""
    one = Visitor(url, **AUTOGRAD)
    one.ask(widget_state={"auto": False, "seed": next(seeds)})
    return bool(TRAINED.search(one.ask(trigger={"key": "train"}).text))


def while_it_runs(server: common.Server, harm: Callable[[set[int]], None]) -> str:
    """Do `harm`, given a long run's processes, while it goes on; return the page."""
    one = Visitor(server.url, **LONGEST)
    one.ask(widget_state={"auto": False, "seed": next(seeds)})
    before = set(common.descendants(server.process.pid))
    with ThreadPoolExecutor(1) as thread:
        page = thread.submit(lambda: one.ask(trigger={"key": "train"}).text)

        def run() -> set[int]:
            return set(common.descendants(server.process.pid)) - before

        assert common.within(20, run), "the run did not begin"
        time.sleep(0.7)
        harm(run())
        return page.result()


def worker_killed(server: common.Server) -> list[bool]:
    trains(server.url)

    def kill(run: set[int]) -> None:
        for pid in run:
            os.kill(pid, signal.SIGKILL)

    said = "process was ended from outside" in while_it_runs(server, kill)
    return [
        check("a killed run is said in a sentence", said),
        check("the next run works", trains(server.url)),
    ]


def queue_killed(server: common.Server) -> list[bool]:
    trains(server.url)
    known = set(common.descendants(server.process.pid))
    below: set[int] = set()

    def kill(run: set[int]) -> None:
        below.update(known | run)
        os.kill(common.parent(common.forkserver(server.process.pid)), signal.SIGKILL)

    said = "workers were started again" in while_it_runs(server, kill)
    passed = [
        check("a killed queue process is said in a sentence", said),
        check("the next run works", trains(server.url)),
    ]
    gone = common.within(10, lambda: not any(map(running, below)))
    passed.append(check("no process of the old one is left", gone))
    healthy = requests.get(f"{server.url}/healthz", timeout=10).status_code
    passed.append(check("the server is healthy again", healthy == 200, healthy))
    return passed


def running(pid: int) -> bool:
    """Return whether a process is there, and no zombie."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def server_killed(server: common.Server, page: Page) -> list[bool]:
    """Kill the server while a page of it trains."""
    page.goto(f"{server.url}/stages?stage=dynamic&lang=en&seed=7")
    page.get_by_text("Not trained yet").wait_for()
    page.locator(".st-key-train button").click()
    page.get_by_text("of 30,000 epochs").wait_for()
    below = common.descendants(server.process.pid)
    server.process.kill()
    server.process.wait()
    gone = common.within(2, lambda: not any(map(running, below)))
    return [check("no process outlives a killed server", gone)]


def server_restarted(page: Page) -> list[bool]:
    """See what becomes of the page that was open when the server was killed."""
    page.get_by_text("The server was started again").wait_for()
    passed = [check("the open page comes back, and says what happened", True)]
    seed = page.locator(".st-key-seed input").input_value()
    passed.append(check("its settings are kept", seed == "7", f"seed {seed}"))
    page.locator(".st-key-epochs input").fill("300")
    page.locator(".st-key-epochs input").press("Enter")
    common.drawn(
        page,
        """document.querySelector('.js-plotly-plot')?.data?.some(
          (trace) => trace.name === 'loss' && trace.y.length === 300)""",
    )
    passed.append(check("and it trains", True))
    return passed


def broken_links(server: common.Server, count: int) -> list[bool]:
    """Open links that are wrong in every way; each must lead to a page that works."""
    rng, wrong = random.Random(1), list[str]()
    names = ("stage", "epochs", "learning_rate", "optimizer", "seed", "points", "noise", "target",
             "data", "lang", "degree", "task", "show", "lock", "hide", "afresh", "lab", "step",
             "expression", "centre", "gradient", "no_such")  # fmt: skip
    values = (*NASTY, "0", "99999999", "true", "autograd", "dynamic", "SGD", "zh", "nan", "[1]")
    links = []
    for _ in range(count):
        chosen = rng.sample(names, rng.randint(1, 6))
        query = {name: [rng.choice(values)] * rng.choice((1, 1, 1, 3)) for name in chosen}
        links.append({"page": rng.choice(PAGES), "query_params": query})

    def follow(some: list[dict[str, Any]]) -> None:
        http = requests.Session()
        for link in some:
            answer = http.post(f"{server.url}/_stcore/agent/interact", json=link, timeout=120)
            if answer.status_code == 400 and "\ud7ff" in str(link):
                continue
            kinds = {node["type"] for node in walk(answer.json().get("tree", {}))}
            if answer.status_code != 200 or "exception" in kinds or "title" not in kinds:
                wrong.append(f"{answer.status_code} {str(link)[:300]}")

    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(follow, [links[k::8] for k in range(8)]))
    detail = "".join(f"\n     {line}" for line in wrong[:10])
    what = f"{count} broken links lead to pages that work ({time.monotonic() - began:.0f} s)"
    return [check(what, not wrong, detail)]


class Bomb:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


def hostile_files(trap: Path) -> dict[str, bytes]:
    """Return files that should do nothing; one that does makes `trap`."""
    bomb = pickle.dumps(Bomb(trap))
    inflating, members = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inflating, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(200 * 2**20))
    with zipfile.ZipFile(members, "w") as archive:
        archive.writestr("../../../../tmp/evil", b"x")
        archive.writestr("archive/data.pkl", bomb)
        archive.writestr("archive/version", b"3\n")
    return {
        "a pickle that acts.pt": bomb,
        "an archive that inflates.pt": inflating.getvalue(),
        "a pickle in an archive.pt": members.getvalue(),
        "nothing.pt": b"",
        "noise.pt": random.Random(2).randbytes(50_000),
        "half.pt": members.getvalue()[:200],
        "<img src=x onerror=alert(1)>.pt": b"PK\x03\x04",
        "two megabytes.pt": bytes(2**21),
    }


def upload(page: Page, url: str, name: str, content: bytes) -> list[str]:
    """Give a fresh page a file to load; return what it says of it."""
    page.goto(f"{url}/regression?lang=en")
    page.get_by_text("Load a file").first.click()
    page.get_by_role("radio", name="upload").click()
    alerts = page.locator("[data-testid=stAlert], .st-key-upload [role=alert]")
    box = page.locator(".st-key-upload input[type=file]")
    box.wait_for(state="attached")
    page.wait_for_timeout(500)
    before = alerts.count()
    box.set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    until = time.monotonic() + 30
    while alerts.count() <= before and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert not page.locator("[data-testid=stException]").count(), name
    return [" ".join(text.split()) for text in alerts.all_inner_texts()[before:]]


def hostile_uploads(server: common.Server, page: Page, count: int) -> list[bool]:
    passed: list[bool] = []
    trap = Path(tempfile.mkdtemp()) / "acted"
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for name, content in list(hostile_files(trap).items())[:count]:
        said = " ".join(upload(page, server.url, name, content))
        passed.append(check(f"{name!r} is refused in words", bool(said), said[:100]))
    passed.append(check("nothing in a file was done", not (trap.exists() or dialogs)))
    passed.append(check("the next run works", trains(server.url)))
    return passed + by_hand(server.url)


def by_hand(url: str) -> list[bool]:
    """Ask for what no page asks for."""
    files = {"file": ("x.pt", b"x" * 1000)}
    refused = {
        "an upload without a session": requests.put(
            f"{url}/_stcore/upload_file/none/none", files=files, timeout=20
        ).status_code,
    }
    for path in ("/static/../../../../etc/passwd", "/media/..%2f..%2fetc%2fpasswd",
                 "/component/..%2f..%2fetc/passwd", "/..%2fapp.py"):  # fmt: skip
        text = requests.get(url + path, timeout=20).text
        refused[path] = 200 if "root:" in text or "lifespan" in text else 404
    return [check(f"{what} is refused", 400 <= code < 500) for what, code in refused.items()]


def crowd(server: common.Server, count: int, trials: int) -> list[bool]:
    """Let many train the longest stage while another trains `autograd`; it ends the server."""
    other = Visitor(server.url, **AUTOGRAD)
    other.ask(widget_state={"auto": False})

    def once() -> float:
        other.ask(widget_state={"seed": next(seeds)})
        began = time.monotonic()
        page = other.ask(trigger={"key": "train"}).text
        assert TRAINED.search(page), "the run of autograd gave nothing"
        return time.monotonic() - began

    once()
    idle = statistics.median(once() for _ in range(trials))
    visitors = [Visitor(server.url, **LONGEST) for _ in range(count)]
    for one in visitors:
        one.ask(widget_state={"auto": False, "seed": next(seeds)})

    def press(one: Visitor) -> None:
        with contextlib.suppress(AssertionError, requests.RequestException):  # ends with us
            one.ask(trigger={"key": "train"})

    for one in visitors:
        threading.Thread(target=press, args=(one,), daemon=True).start()
    time.sleep(2)
    waits = []
    for _ in range(trials):
        waits.append(once())
        time.sleep(0.3)
    text = requests.get(f"{server.url}/metrics", timeout=20).text
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    left = sum(
        float(lines[f'playground_{name}{{lane="long"}}'])
        for name in ("queue_length", "runs_running")
    )
    busy = statistics.median(waits)
    tell("autograd alone", idle, " s")
    tell("longest beside the crowd", max(waits), " s")
    server.process.kill()  # or it would wait for the crowd
    return [
        judge(f"autograd beside {count} of the longest", busy / idle, TIMES),
        check("the crowd was there all the while", left > 0, f"{left:g} runs left"),
    ]


def main() -> int:
    args = common.sizes(
        __doc__, links=(1000, 3), files=(100, 1), crowd=(40, 2), trials=(9, 1), only=("", "")
    )
    passed: list[bool] = []

    def tried(name: str) -> bool:
        chosen = not args.only or name in args.only.split(",")
        if chosen:
            print(f"--- {name}", flush=True)
        return chosen

    port, log = common.free_port(), Path(tempfile.mkdtemp()) / "log.txt"
    with log.open("wb") as file, common.browser() as page:

        def served() -> AbstractContextManager[common.Server]:
            return common.server(common.APP, *OPTIONS, port=port, log=file)

        with served() as server:
            if tried("worker_killed"):
                passed += worker_killed(server)
            if tried("queue_killed"):
                passed += queue_killed(server)
            if tried("broken_links"):
                passed += broken_links(server, args.links)
            if tried("hostile_uploads"):
                passed += hostile_uploads(server, page, args.files)
            if restarted := tried("server_restarted"):
                passed += server_killed(server, page)
        with served() as server:
            if restarted:
                passed += server_restarted(page)
            if tried("crowd"):
                passed += crowd(server, args.crowd, args.trials)
    found = common.mistakes(log)
    passed.append(check(f"the log tells of no exception ({log})", not found, found[:5] or ""))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
