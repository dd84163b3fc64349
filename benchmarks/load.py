"""How the server holds up under forty visitors who do random things, valid and invalid.

The visitors are sessions of Streamlit's agent API: the real server and page, over HTTP. Each does
one thing after another, as fast as the server answers: turns a knob of the page, presses a button,
changes the page, opens a link. One thing in five is invalid: a value of the wrong type or out of
bounds, markup, giant texts, keys and pages that do not exist, broken links. Now and then a visitor
goes away without a word, in the middle of a run too, and another comes.

It must hold that no answer is a server's error, no page shows an exception, the log tells of none,
and torch stays out of the web process; that memory levels off: over the last third of the time, no
process that stays grows by more than a few MB a minute or by more than 10 %, as its line of best
fit has it; and that all is gone in the end: runs, their processes, the sessions, and what Python
held for them, up to a little more than it held when a first crowd had come and gone.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import common
import requests
from common import check, judge, late, median, tell
from settling import levelled, memory, metrics, settled

PAGES = [path.stem for path in (common.ROOT / "pages").glob("*.py") if path.stem != "home"] + [""]
OPTIONS = (
    *common.AGENT_API,
    "--server.agentMaxSessions=2000",
    "--server.agentSessionTTL=60",
    "--logger.enableRich=false",
)
NASTY = (
    *("<script>alert(1)</script>", "![x](http://example.org/x.png)", "$$\\frac{", "`" * 50),
    *("../" * 20, "x" * 20_000, "\x00\ud7ff\U0001f4a5", "1e999", "-1", "NaN", "", "{0.a}"),
    *("__import__('os')", "９９"),
)
WRONG = (-1, 0, 1e308, -(2**63), 0.1, True, None, [], {}, *NASTY)
LEFT = 0.15  # of Python's blocks, more than after the first crowd: caches are fuller
FIRST_MINUTES = 1.0  # how long that one stays, at most


class Wanderer:
    """A visitor who does one random thing after another."""

    def __init__(self, url: str, seed: int, tally: Counter[str], waits: list[float]) -> None:
        self._url = f"{url}/_stcore/agent/interact"
        self._random = random.Random(seed)
        self._tally, self._waits = tally, waits
        self._enter()

    def wander(self, until: float) -> None:
        """Do things until then."""
        while time.monotonic() < until:
            self._do(self._thing())
            if self._random.random() < 0.02:
                self._tally["visitors gone"] += 1
                self._enter()

    def _enter(self) -> None:
        self._http, self._session = requests.Session(), dict[str, str]()
        self._page: dict[str, Any] = {}
        self._do({"page": self._random.choice(PAGES)})

    def _thing(self) -> dict[str, Any]:
        """Return a request; of the invalid ones, many are refused before a page runs."""
        pick, invalid = self._random.choice, self._random.random() < 0.2
        nodes = [node for node in walk(self._page.get("tree", {})) if "key" in node]
        values = [node for node in nodes if "value_schema" in node]
        buttons = [node for node in nodes if node["type"] == "button"]
        what = pick(["value"] * 6 + ["press"] * 3 + ["page"] * 2)
        if invalid and what != "value":
            return self._nonsense()
        if what == "value" and values:
            node = pick(values)
            value = pick(WRONG) if invalid else self._value(node)
            return {"widget_state": {node["key"]: value}}
        if what == "press" and buttons:
            return {"trigger": {"key": pick(buttons)["key"]}}
        return {"page": pick(PAGES)}

    def _nonsense(self) -> dict[str, Any]:
        pick = self._random.choice
        names = (
            "stage",
            "epochs",
            "learning_rate",
            "lang",
            "data",
            "seed",
            "task",
            "optimizer",
            "no",
        )
        return pick(
            [
                {"page": pick(PAGES), "query_params": {pick(names): [pick(NASTY)]}},
                {"page": pick(PAGES), "query_params": {name: [pick(NASTY)] for name in names}},
                {"page": pick(NASTY)},
                {"trigger": {"key": pick(NASTY)}},
                {"widget_state": {pick(NASTY): pick(WRONG)}},
                {"fragment": pick(NASTY), "no such field": 1},
            ]
        )

    def _value(self, node: dict[str, Any]) -> Any:
        """Return a value that the widget may take."""
        props, value = node.get("props", {}), node.get("value")
        options = props.get("options")
        if options:
            option = self._random.choice(options)
            return [option] if isinstance(value, list) else option
        if isinstance(value, bool):
            return not value
        if isinstance(value, (int, float)):
            low, high = props.get("min", 0), props.get("max", 1000)
            high = min(high, 30_000)
            return type(value)(self._random.uniform(low, max(low, high)))
        return self._random.choice(NASTY)

    def _do(self, request: dict[str, Any]) -> None:
        began = time.monotonic()
        try:
            answer = self._http.post(self._url, json={**self._session, **request}, timeout=90)
        except UnicodeEncodeError:
            return
        self._waits.append(time.monotonic() - began)
        self._tally["things done"] += 1
        self._tally[f"answers {answer.status_code // 100}xx"] += 1
        if answer.status_code >= 500:
            print(f"{answer.status_code} for {str(request)[:200]}: {answer.text[:500]}")
        if answer.status_code == 200:
            self._page = answer.json()
            self._session = {"session_id": self._page["session_id"]}
            for node in walk(self._page["tree"]):
                if node["type"] == "exception":
                    self._tally["exceptions shown"] += 1
                    print(f"shown after {str(request)[:200]}: {str(node)[:500]}")
        elif answer.status_code == 404 and "session" in answer.json()["error"]["code"]:
            self._enter()


def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every element of a page."""
    if "type" in node:
        yield node
    for child in node.get("children", ()):
        yield from walk(child)


def wander(
    url: str, pid: int, minutes: float, visitors: int, seed: int
) -> tuple[Counter[str], list[float], Any]:
    """Let the visitors wander; return what they did, how long they waited, and the memory."""
    tally, waits, levels = Counter[str](), list[float](), list[tuple[float, dict[str, float]]]()
    began = time.monotonic()
    until = began + 60 * minutes

    def visit(number: int) -> None:
        Wanderer(url, 1000 * seed + number, tally, waits).wander(until)

    threads = [threading.Thread(target=visit, args=(n,)) for n in range(visitors)]
    for thread in threads:
        thread.start()
    while time.monotonic() < until:
        levels.append((time.monotonic() - began, memory(pid)))
        time.sleep(1)
    for thread in threads:
        thread.join()
    return tally, waits, levels


def main() -> int:
    args = common.sizes(
        __doc__, minutes=(10.0, 0.02), visitors=(40, 2), held=(60, 1), pages=(100, 2), seed=(0, 0)
    )
    options = (*OPTIONS, f"--server.agentSessionTTL={args.held}")
    log = Path(tempfile.mkdtemp()) / "log.txt"
    with log.open("wb") as file, common.server(common.APP, *options, log=file) as served:
        pid = served.process.pid
        for page in PAGES[: args.pages]:
            requests.post(f"{served.url}/_stcore/agent/interact", json={"page": page}, timeout=60)
        before = set(common.descendants(pid))
        first = min(FIRST_MINUTES, args.minutes)
        wander(served.url, pid, first, args.visitors, args.seed + 1)
        passed = settled(served.url, pid, before)
        blocks = metrics(served.url)["blocks"]
        tally, waits, levels = wander(served.url, pid, args.minutes, args.visitors, args.seed)
        print("    ", ", ".join(f"{number:,} {name}" for name, number in sorted(tally.items())))
        tell("a thing took", median(waits), " s")
        tell("one in twenty", late(waits), " s")
        passed += [
            check("no answer is a server's error", not tally["answers 5xx"], tally["answers 5xx"]),
            check("no page shows an exception", not tally["exceptions shown"]),
            levelled(levels),
            check("torch is not in the web process", not common.maps(pid, "libtorch")),
            *settled(served.url, pid, before),
        ]
        more = metrics(served.url)["blocks"] / blocks - 1
        what = f"Python holds more than before, all having gone, as a part of {blocks:,.0f} blocks"
        passed.append(judge(what, more, LEFT))
    found = common.mistakes(log)
    lines = "".join(f"\n     {number} times {line}" for line, number in Counter(found).items())
    passed.append(check(f"the log tells of no exception ({log})", not found, lines))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
