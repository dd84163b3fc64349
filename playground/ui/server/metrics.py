"""What `/metrics` tells, in the text format of Prometheus."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from sys import getallocatedblocks
from typing import Any

import psutil
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from playground.jobs.tally import BUCKETS, Counts

MEDIA_TYPE = CONTENT_TYPE_LATEST

State = tuple[Counts, int] | None
"""What the queue has counted, and its process; None if it does not answer."""


def text(state: State, visitors: int, sessions: int) -> bytes:
    """Return the metrics of this moment; `visitors` are connected, `sessions` held."""
    registry = CollectorRegistry()
    registry.register(_Collector(state, visitors, sessions))
    return generate_latest(registry)


class _Collector:
    """The metrics of one moment."""

    def __init__(self, state: State, visitors: int, sessions: int) -> None:
        self._state, self._visitors, self._sessions = state, visitors, sessions

    def collect(self) -> Iterator[Metric]:
        """Yield every family; of the queue's only whether it answers, if it does not."""
        yield _gauge("visitors", "Browsers that are connected", {(): self._visitors})
        yield _gauge("sessions", "Pages that are held, those just left too", {(): self._sessions})
        yield _gauge("blocks", "Blocks of memory in Python's hands", {(): getallocatedblocks()})
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
        return float(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return float("nan")
