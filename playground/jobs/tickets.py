"""A job in the pool, and what the pool asks of the places where jobs run."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from typing import Protocol

from playground.jobs.workers import QUEUED, Job, News

KEPT_BYTES = 2000  # what the objects around the parts and in the key take besides


class Run(Protocol):
    """A process that runs a job, here or elsewhere; `forks.Fork` says what each method does."""

    pid: int

    @property
    def alive(self) -> bool: ...  # noqa: D102
    def send(self, job: Job) -> None: ...  # noqa: D102
    def poll(self, seconds: float) -> bool: ...  # noqa: D102
    def receive(self) -> bytes: ...  # noqa: D102
    def kill(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Place(Protocol):
    """Where runs are made, and how many of a lane it has room for at once."""

    at_once: int

    def open(self) -> Run: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


@dataclass(eq=False)
class Ticket:
    """One job in the pool, and the visitors who wait for it.

    visitors: name -> when they asked last. told: name -> which try they know the parts of.
    """

    job: Job
    visitors: dict[str, float] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    state: str = QUEUED
    parts: list[bytes] = field(default_factory=list)
    failure: str = ""
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

    def __init__(self, ticket: Ticket) -> None:
        self.parts = tuple(ticket.parts)
        self.size = KEPT_BYTES + len(pickle.dumps(ticket.job.key)) + sum(map(len, self.parts))
