"""What the pool asks of the places where jobs run."""

from __future__ import annotations

from typing import Any, Protocol

from playground.jobs.failure import Failure
from playground.jobs.job import Job

Message = bytes | Failure | None
"""What a run sends: a part, pickled; at the end why the job failed, or None if it is done."""


class Run(Protocol):
    """A process that runs a job, here or elsewhere; `process.Process` says what each does."""

    pid: int

    @property
    def alive(self) -> bool: ...  # noqa: D102
    def send(self, job: Job[Any]) -> None: ...  # noqa: D102
    def poll(self, seconds: float) -> bool: ...  # noqa: D102
    def receive(self) -> Message: ...  # noqa: D102
    def kill(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


class Place(Protocol):
    """Where runs are made, and how many of a lane it has room for at once."""

    at_once: int

    def open(self) -> Run: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102
