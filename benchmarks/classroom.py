"""How a class fares that presses Train at one moment, on the machine the server runs on.

Targets: thirty visitors with thirty seeds are all done within 1.5 times what thirty bare loops
take with a process for every core, and meanwhile another visitor's page change answers within
0.5 s at the 95th percentile. Thirty with equal settings cost one run, and all of them are done
within 6 times what a visitor alone waits.

The visitors are sessions of Streamlit's agent API: the real server and page, over HTTP, each from
a thread here; a request ends when the page has run. (The server works longer on such a request
than on a browser's, to describe the page; that counts against the targets.) Every seed is new, so
no run comes from the cache. What is compared takes turns, the bare loops before and after their
class, and the medians of the rounds count.
Runs are counted twice: as the processes that the server forked, looked for every 10 ms, and as
the different times shown.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.pool import Pool
from typing import Any

import common
import psutil
import torch
from common import Visitor, judge, median, seconds

from playground.core.settings import Settings

LONGER, CHANGE, TOGETHER = 1.5, 0.5, 6.0
HOME: dict[str, Any] = {"page": ""}
AUTOGRAD, NUMPY, NN = (
    {"page": "stages", "query_params": {"stage": [slug]}} for slug in ("autograd", "numpy", "nn")
)
TIME = re.compile(r'"label":"Time","value":"(.+?)","delta":"(.+?)"')
seeds = itertools.count(1)


def train_bare(seed: int) -> None:
    common.bare_loop(Settings.of("autograd", seed=seed))()


def bare(pool: Pool, visitors: int) -> float:
    """Return the seconds that a bare loop for each visitor takes, with a process for every core."""
    return seconds(lambda: pool.map(train_bare, range(visitors), chunksize=1))


def visitor(url: str) -> Visitor:
    """Open a session in which nothing trains unasked."""
    one = Visitor(url, **AUTOGRAD)
    one.ask(widget_state={"auto": False})
    return one


def press(visitors: list[Visitor]) -> list[str]:
    """Press Train for all at once; return the pages that show the results."""
    with ThreadPoolExecutor(len(visitors)) as threads:
        return list(threads.map(lambda one: one.ask(trigger={"key": "train"}).text, visitors))


@contextmanager
def meanwhile(look: Callable[[], None], pause: float) -> Iterator[None]:
    """Call `look` again and again, once at least, in a thread, while the block runs."""
    over = threading.Event()

    def work() -> None:
        look()
        while not over.wait(pause):
            look()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Wanderer:
    """Another visitor, who goes from page to page and notes how long each takes to come."""

    def __init__(self, url: str) -> None:
        self._visitor = visitor(url)
        self._pages = itertools.cycle([NUMPY, HOME, NN, HOME])
        self.waits: list[float] = []

    def change_page(self) -> None:
        page = next(self._pages)
        self.waits.append(seconds(lambda: self._visitor.ask(**page)))


class Watch:
    """Counts the processes that are forked from one."""

    def __init__(self, pid: int) -> None:
        self._pid, self._known, self.forked = pid, set(psutil.pids()), 0

    def look(self) -> None:
        new = set(psutil.pids()) - self._known
        self._known |= new
        self.forked += sum(common.parent(pid) == self._pid for pid in new)


def thirty_seeds(visitors: list[Visitor], other: Wanderer) -> float:
    """Return the seconds until all are done who train with a seed each."""
    for one in visitors:
        one.ask(widget_state={"seed": next(seeds)})
    with meanwhile(other.change_page, 0.25):
        return seconds(lambda: press(visitors))


def thirty_equal(visitors: list[Visitor], forkserver: int) -> tuple[float, int, int]:
    """Return the seconds until all are done with one seed, and how many runs both counts saw."""
    seed, pages = next(seeds), list[str]()
    for one in visitors:
        one.ask(widget_state={"seed": seed})
    watch = Watch(forkserver)
    with meanwhile(watch.look, 0.01):
        took = seconds(lambda: pages.extend(press(visitors)))
    return took, watch.forked, len({TIME.findall(page)[0] for page in pages})


def alone(visitors: list[Visitor]) -> float:
    """Return the seconds that a visitor waits who trains alone."""
    waits = []
    for one in visitors[:5]:
        one.ask(widget_state={"seed": next(seeds)})
        waits.append(seconds(lambda: press([one])))  # noqa: B023 - called at once
    return median(waits)


def measure(url: str, forkserver: int, pool: Pool, count: int, rounds: int) -> bool:
    """Run the rounds; print what they took, and return whether all targets are met."""
    visitors, other = [visitor(url) for _ in range(count)], Wanderer(url)
    longer, together, runs = [], [], []
    for _ in range(rounds):
        before = bare(pool, count)
        many = thirty_seeds(visitors, other)
        lone = (before + bare(pool, count)) / 2
        single = alone(visitors)
        equal, *counts = thirty_equal(visitors, forkserver)
        print(f"bare {lone:.2f} s, seeds {many:.2f} s; alone {single:.2f} s, equal {equal:.2f} s")
        longer.append(many / lone)
        together.append(equal / single)
        runs += counts
    met = [
        judge(f"{count} seeds over {count} bare loops", median(longer), LONGER),
        judge(
            f"page change, 95th percentile of {len(other.waits)}",
            common.late(other.waits),
            CHANGE,
            " s",
        ),
        judge(f"{count} equal over one alone", median(together), TOGETHER),
        judge(f"runs for {count} equal", max(runs), 1),
    ]
    return all(met)


def main() -> int:
    given = common.sizes(__doc__, visitors=(30, 2), rounds=(7, 1), warm=(4, 1))
    cores = os.cpu_count() or 1
    processes = multiprocessing.get_context("spawn").Pool(cores, torch.set_num_threads, (1,))
    with processes as pool, common.server(common.APP, *common.AGENT_API) as served:
        pool.map(train_bare, range(given.warm * cores), chunksize=1)  # warms up
        forkserver = common.forkserver(served.process.pid)
        return 0 if measure(served.url, forkserver, pool, given.visitors, given.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
