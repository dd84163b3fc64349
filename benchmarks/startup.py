"""What the server costs before anyone learns anything: start, first load, memory. No target.

Start: from the start of the process until it answers, and until the first run is done, asked for
as soon as it answers. First load: Chromium with an empty cache, from the navigation until the
chart is drawn, beside a Streamlit page with one chart and nothing else, in turn. Memory: the web
process after these loads, the process that runs are forked from, and a run's own process at its
largest; `own` is what it shares with no other (private pages), `shared out` its part of all (PSS).
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from pathlib import Path

import common
from common import Server, Visitor, median

TRIALS = 7
EMPTY = """
import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Scatter(y=[1, 3, 2])))
"""
DRAWN = """
() => document.querySelector('.js-plotly-plot path.js-line')
  && new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() / 1e3))))
"""


def start() -> tuple[float, float]:
    """Return the seconds until the server answers and until the first run is done."""
    began = time.perf_counter()
    with common.server(common.APP, common.AGENT_API) as served:
        Visitor(served.url, page="stages", query_params={"stage": ["autograd"]})
        return served.seconds_to_health, time.perf_counter() - began


def first_load(url: str) -> float:
    """Return the seconds until a browser that was never here has drawn the chart at `url`."""
    with common.browser() as page:
        page.goto(url)
        return float(page.wait_for_function(DRAWN).json_value())


def memory(pid: int) -> dict[str, float]:
    """Return what a process holds in memory, in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    size = {name.rstrip(":"): int(number) for name, number, *_ in map(str.split, lines)}
    own = size["Private_Clean"] + size["Private_Dirty"]
    return {"own": own / 1e3, "shared out": size["Pss"] / 1e3, "RSS": size["Rss"] / 1e3}


def largest_run(served: Server) -> dict[str, float]:
    """Train the longest stage; return the memory of its process at its largest."""
    forkserver = common.forkserver(served.process.pid)
    visitor = Visitor(served.url, page="stages", query_params={"stage": ["dynamic"]})
    thread = threading.Thread(target=lambda: visitor.ask(trigger={"key": "train"}))
    thread.start()
    most = {"own": 0.0}
    while thread.is_alive():
        runs = [pid for pid in common.processes() if common.parent(pid) == forkserver]
        with contextlib.suppress(OSError, KeyError):  # it ended while it was looked at
            most = max([most, *map(memory, runs)], key=lambda found: found["own"])
        time.sleep(0.1)
    return most


def report_memory(served: Server) -> None:
    """Print the memory of the processes of a server."""
    web, forkserver = served.process.pid, common.forkserver(served.process.pid)
    run = largest_run(served)
    named = {"web process": memory(web), "forkserver": memory(forkserver), "one run": run}
    named["queue process"] = memory(common.parent(forkserver))
    for name, found in named.items():
        print(f"{name}: {', '.join(f'{kind} {size:.0f} MB' for kind, size in found.items())}")


def main() -> None:
    starts = [start() for _ in range(TRIALS)]
    up, run = (median(times) for times in zip(*starts, strict=True))
    print(f"server answers after {up:.2f} s, first run done after {run:.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY)
        with common.server(common.APP, common.AGENT_API) as app, common.server(script) as empty:
            urls = f"{app.url}/stages?stage=autograd", empty.url
            loads = [[first_load(url) for url in urls] for _ in range(TRIALS + 1)][1:]
            ours, theirs = (median(times) for times in zip(*loads, strict=True))
            ratio = median([a / b for a, b in loads])
            print(f"first load {ours:.2f} s, empty page {theirs:.2f} s, ratio {ratio:.2f}")
            report_memory(app)


if __name__ == "__main__":
    main()
