"""Handles: a function of a worker named for the checker, yet not imported where it is asked for.

Beside a module `work`, which imports torch, a module `job` names what may run in a worker:

    if TYPE_CHECKING:
        from playground.features.graph import work
    else:
        work = handles.worker_module(__name__)

    stage = handles.handle(work.stage, long=lambda settings, epoch: settings.work > 1.0)

`job.stage(settings, 3)` is then a `Job[Graph]`: what `work.stage` would do, and yield, there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, ParamSpec, TypeVar

from playground.jobs.job import Job

P = ParamSpec("P")
T = TypeVar("T")


class Function:
    """Stands for a function of a module that is not imported here."""

    def __init__(self, module: str, name: str) -> None:
        self.__module__ = module
        self.__name__ = name


class WorkerModule:
    """Stands for a module that only workers import; every attribute names a function of it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Function:
        return Function(self._name, name)


def worker_module(beside: str, name: str = "work") -> WorkerModule:
    """Return what stands for the module `name` (dots allowed) beside the module `beside`."""
    package, _, _ = beside.rpartition(".")
    return WorkerModule(f"{package}.{name}")


@dataclass(frozen=True)
class Handle(Generic[P, T]):
    """Makes the jobs of one function: call it with what that takes."""

    target: str
    _long: Callable[P, bool]
    _keep_process: Callable[P, bool]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Job[T]:
        """Return the job; equal arguments give an equal key."""
        options = tuple(sorted(kwargs.items()))
        known = tuple(map(_known, args))
        return Job(
            target=self.target,
            args=args,
            options=options,
            key=(self.target, known, tuple((name, _known(value)) for name, value in options)),
            long=self._long(*args, **kwargs),
            keep_process=self._keep_process(*args, **kwargs),
        )


def handle(
    function: Callable[P, Iterator[T]],
    *,
    long: Callable[P, bool] | bool = False,
    keep_process: Callable[P, bool] | bool = False,
) -> Handle[P, T]:
    """Return the handle of a generator function, or of what stands for one.

    long, keep_process: as in `Job`, for the arguments that they are called with.
    """
    target = f"{function.__module__}:{function.__name__}"
    return Handle(target, _predicate(long), _predicate(keep_process))


def _predicate(said: Callable[P, bool] | bool) -> Callable[P, bool]:
    return said if callable(said) else lambda *_args, **_kwargs: said


def _known(argument: Any) -> Hashable:
    """Return what stands for an argument in a key: of a file, its digest."""
    known: Hashable = sha256(argument).digest() if isinstance(argument, bytes) else argument
    return known
