"""How many runs there were, how they ended and how long they took: what `/metrics` tells."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.jobs.failure import (
    BUSY,
    KILLED,
    LOST,
    MEMORY,
    STOPPED,
    TIMEOUT,
    UNREACHABLE,
    Failure,
)

BUCKETS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)  # seconds of a run, at most
LANES = ("short", "long")
OUTCOMES = (STOPPED, TIMEOUT, MEMORY, KILLED, LOST, UNREACHABLE, BUSY)


def lane(long: bool) -> str:
    """Return the name of the queue that a job waits in."""
    return LANES[long]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The state of a pool, and its runs since it began.

    started: target of a job -> runs. ended: (target, outcome) -> jobs; one that was stopped or
    refused before it ran counts here only. waiting, running: lane -> jobs. took: lane -> how many
    runs fell into each bucket of `BUCKETS`, and above the last. seconds: lane -> their sum.
    visitors: who waits for a run or has not fetched its end. kept_bytes: of finished runs.
    """

    started: Mapping[str, int]
    ended: Mapping[tuple[str, str], int]
    waiting: Mapping[str, int]
    running: Mapping[str, int]
    took: Mapping[str, tuple[int, ...]]
    seconds: Mapping[str, float]
    visitors: int
    kept_bytes: int


@dataclass
class Tally:
    """Counts runs as they begin and end. Its owner holds a lock."""

    started: Counter[str] = field(default_factory=Counter)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    took: dict[str, list[int]] = field(
        default_factory=lambda: {lane: [0] * (len(BUCKETS) + 1) for lane in LANES}
    )
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LANES, 0.0))

    def begin(self, target: str) -> None:
        """Count a run that starts."""
        self.started[target] += 1

    def end(self, target: str, failure: Failure | None) -> None:
        """Count the end of a job; `failure` is as in `News`."""
        outcome = "done"
        if failure:
            outcome = failure.kind.lower() if failure.kind in OUTCOMES else "error"
        self.ended[target, outcome] += 1

    def time(self, lane: str, seconds: float) -> None:
        """Count how long a run took."""
        self.took[lane][bisect_left(BUCKETS, seconds)] += 1
        self.seconds[lane] += seconds

    def counts(
        self, waiting: Counter[str], running: Counter[str], visitors: int, kept_bytes: int
    ) -> Counts:
        """Return all that was counted, beside what there is now, as `Counts` says it."""
        return Counts(
            started=dict(self.started),
            ended=dict(self.ended),
            waiting={lane: waiting[lane] for lane in LANES},
            running={lane: running[lane] for lane in LANES},
            took={lane: tuple(took) for lane, took in self.took.items()},
            seconds=dict(self.seconds),
            visitors=visitors,
            kept_bytes=kept_bytes,
        )
