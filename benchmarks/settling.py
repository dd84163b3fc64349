"""How a server's memory goes while visitors are there, and what is left when they have gone."""

from __future__ import annotations

import statistics
import time

import common
import requests
from common import check, judge

GROWTH, SLOPE = 0.10, 6.0  # over the last third of the time: a part of all, and MB a minute


def memory(pid: int) -> dict[str, float]:
    """Return the megabytes of the processes that stay: web, queue, and the one that is forked."""
    fork = common.forkserver(pid)
    pids = {"web": pid, "queue": common.parent(fork), "fork server": fork}
    return {name: common.resident(pid) for name, pid in pids.items()}


def levelled(levels: list[tuple[float, dict[str, float]]]) -> bool:
    """Print how the memory went; return whether it has levelled off.

    The queue process fills its cache, up to its limit, so of it only the pace counts.
    """
    third = levels[len(levels) * 2 // 3 :]
    seconds = [at for at, _ in third]
    passed = True
    for name in third[0][1]:
        held = [level[name] for _, level in third]
        slope = statistics.linear_regression(seconds, held).slope if len(held) > 1 else 0.0
        growth = slope * (seconds[-1] - seconds[0]) / statistics.mean(held)
        first, last = levels[0][1][name], levels[-1][1][name]
        print(f"     the {name} process's memory went from {first:.0f} to {last:.0f} MB")
        passed &= judge("in the last third, a minute", 60 * slope, SLOPE, " MB")
        if name != "queue":
            passed &= judge("in the last third, of all", growth, GROWTH)
    return passed


def metrics(url: str) -> dict[str, float]:
    """Return what `/metrics` tells."""
    text = requests.get(f"{url}/metrics", timeout=10).text
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name.removeprefix("playground_"): float(value) for name, value in lines}


def settled(url: str, pid: int, before: set[int], seconds: float = 150.0) -> list[bool]:
    """Return whether all that the visitors had goes away, once nobody asks for it.

    A session takes up to two minutes: it is held for one, and looked at once in another.
    before: the processes that were there before they came.
    """
    until = time.monotonic() + seconds
    while True:
        found = metrics(url)
        busy = sum(n for name, n in found.items() if "queue_length" in name or "_running" in name)
        left = set(common.descendants(pid)) - before
        if time.monotonic() > until or not (busy or left or found["sessions"]):
            break
        time.sleep(0.5)
    for name, number in found.items():
        if "runs_ended_total" in name:
            print(f"     {name} {number:g}")
    return [
        check("no run is left", busy == 0, f"{busy:g}"),
        check("no process is left", not left, f"{len(left)}"),
        check("no session is left", found["sessions"] == 0, f"{found['sessions']:g}"),
    ]
