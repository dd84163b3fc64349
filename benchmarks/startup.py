"""What the server costs before anyone learns anything: start, first load, wire, memory. No target.

Start: from the start of the process until it answers, and until the first run is done, asked for
as soon as it answers. First load: Chromium with an empty cache, from the navigation until the
chart is drawn, beside a Streamlit page with one chart and nothing else, in turn. Wire: every page
in a browser that was never here, at 4 Mbit/s and 80 ms, once for each set of codings that the
browser says it accepts: none, gzip (all that it accepts from an address without TLS, but for its
own machine), brotli. MB are those of the responses with their headers, and of what comes over the
page's socket, until nothing more comes; the seconds are those from the navigation until the first
chart is drawn, or the heading of a page that opens without one. Memory: the web process after these
loads, the process that runs are forked from, and a run's own process at its largest; `own` is what
it shares with no other (private pages), `shared out` its part of all (PSS).
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from pathlib import Path

import common
import psutil
from common import Server, Visitor, median, tell
from wire import CODINGS, report_wire

EMPTY = """
import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Scatter(y=[1, 3, 2])))
"""


def start() -> tuple[float, float]:
    """Return the seconds until the server answers and until the first run is done."""
    began = time.perf_counter()
    with common.server(common.APP, *common.AGENT_API) as served:
        Visitor(served.url, page="stages", query_params={"stage": ["autograd"]})
        return served.seconds_to_health, time.perf_counter() - began


def first_load(url: str) -> float:
    """Return the seconds until a browser that was never here has drawn the chart at `url`."""
    with common.browser() as page:
        page.goto(url)
        return common.drawn(page, "document.querySelector('.js-plotly-plot path.js-line')")


def memory(pid: int) -> dict[str, float]:
    """Return what a process holds in memory, in MB."""
    size = psutil.Process(pid).memory_full_info()
    return {"own": size.uss / 1e6, "shared out": size.pss / 1e6, "RSS": size.rss / 1e6}


def largest_run(served: Server, stage: str) -> dict[str, float]:
    """Train a stage; return the memory of its process at its largest."""
    forkserver = common.forkserver(served.process.pid)
    visitor = Visitor(served.url, page="stages", query_params={"stage": [stage]})
    thread = threading.Thread(target=lambda: visitor.ask(trigger={"key": "train"}))
    thread.start()
    most = {"own": 0.0}
    while thread.is_alive():
        runs = [pid for pid in psutil.pids() if common.parent(pid) == forkserver]
        with contextlib.suppress(psutil.Error):  # it ended while it was looked at
            most = max([most, *map(memory, runs)], key=lambda found: found["own"])
        time.sleep(0.1)
    return most


def report_memory(served: Server, stage: str) -> None:
    """Print the memory of the processes of a server."""
    web, forkserver = served.process.pid, common.forkserver(served.process.pid)
    run = largest_run(served, stage)
    named = {"web process": memory(web), "forkserver": memory(forkserver), "one run": run}
    named["queue process"] = memory(common.parent(forkserver))
    for name, found in named.items():
        print(f"{name}: {', '.join(f'{kind} {size:.0f} MB' for kind, size in found.items())}")


def main() -> None:
    given = common.sizes(
        __doc__, trials=(7, 1), loads=(8, 1), pages=(100, 1), megabits=(4.0, 100.0),
        codings=(len(CODINGS), 1), longest=("dynamic", "tensor"),
    )  # fmt: skip
    starts = [start() for _ in range(given.trials)]
    up, run = (median(times) for times in zip(*starts, strict=True))
    tell("server answers after", up, " s")
    tell("first run done after", run, " s")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY)
        with common.server(common.APP, *common.AGENT_API) as app, common.server(script) as empty:
            urls = f"{app.url}/stages?stage=autograd", empty.url
            loads = [[first_load(url) for url in urls] for _ in range(given.loads)]
            loads = loads[1:] or loads  # the first warms up
            ours, theirs = (median(times) for times in zip(*loads, strict=True))
            tell("first load", ours, " s")
            tell("first load of an empty page", theirs, " s")
            tell("ratio of the two", median([a / b for a, b in loads]))
            report_wire(app.url, given.pages, given.codings, given.megabits)
            report_memory(app, given.longest)


if __name__ == "__main__":
    main()
