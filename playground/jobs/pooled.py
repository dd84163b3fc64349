"""A job in the pool, and who waits for it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Any

from playground.jobs.failure import Failure
from playground.jobs.job import QUEUED, Job, News
from playground.jobs.places import Run

KEPT_BYTES = 2000  # what the objects around the parts and in the key take besides


@dataclass(eq=False)
class PooledJob:
    """One job in the pool, and the visitors who wait for it.

    visitors: name -> when they asked last. told: name -> which try they know the parts of.
    """

    job: Job[Any]
    visitors: dict[str, float] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    state: str = QUEUED
    parts: list[bytes] = field(default_factory=list)
    failure: Failure | None = None
    run: Run | None = None
    tries: int = 0

    def news(self, visitor: str, seen: int, place: int) -> News:
        """Return what is new to `visitor`, who has `seen` parts."""
        again = self.told.get(visitor, self.tries) != self.tries
        self.told[visitor] = self.tries
        return News(
            state=self.state,
            place=place,
            parts=tuple(self.parts[0 if again else seen :]),
            again=again,
            failure=self.failure,
            pid=self.run.pid if self.run else 0,
        )


class Kept:
    """The parts of a job that is done, and how many bytes it takes to keep them with their key."""

    def __init__(self, done: PooledJob) -> None:
        self.parts = tuple(done.parts)
        self.size = KEPT_BYTES + len(pickle.dumps(done.job.key)) + sum(map(len, self.parts))
