"""What to run, and what becomes of it: what the web, queue and job processes tell one another."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from playground.jobs.failure import Failure

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Job(Generic[T_co]):
    """What to run: `target` names a generator function as `module:function`; it yields T.

    options: what it is given by name. key: jobs with equal keys give equal results, so one run
    serves them all.
    long: whether it may take more than a second or two; such jobs queue apart from the short
        ones, and give way to them.
    keep_process: run it in a process that stays for the next such job (a GPU's).
    """

    target: str
    args: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    key: Hashable = None
    long: bool = False
    keep_process: bool = False

    def run(self) -> Iterator[T_co]:
        """Run it in this process, as far as it is asked for what it yields."""
        module, _, name = self.target.partition(":")
        function: Callable[..., Iterator[T_co]] = getattr(importlib.import_module(module), name)
        return function(*self.args, **dict(self.options))


@dataclass(frozen=True, kw_only=True)
class News:
    """What has become of a job: its state, its place in the queue, and the parts not seen yet.

    parts: what it yielded, each pickled. again: the run was lost and has begun again, so `parts`
    are all there are. failure: why it ended early. pid: of its process, on the machine that runs
    it, or 0.
    """

    state: str
    place: int = 0
    parts: tuple[bytes, ...] = ()
    again: bool = False
    failure: Failure | None = None
    pid: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (DONE, FAILED)
