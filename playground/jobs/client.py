"""Run a generator in a process of its own: a fair queue, progress, stop, limits, shared results.

Three kinds of process. The web process holds a `Queue`, which only sends requests. It starts one
queue process (`serving.serve`), which owns a `pool.Pool`: who waits, who runs, what is done. Each
job has a process of its own, forked from a server that has the preloaded modules in memory already
(`forks`); where the system cannot fork, it is lent a warm one that stays (`standby`); or it runs so
on the workers of a Dask cluster (`cluster`). A job is a generator, named by a typed handle
(`handles`); what it yields comes back in pickled parts. Nothing here knows what the parts are.

No process outlives the one above it: the queue process ends when its standard input does, and a
job's process when the queue process does, or at its limits.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import secrets
import subprocess
import sys
import threading
from collections.abc import Hashable, Iterator
from dataclasses import replace
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.jobs.failure import Failure, LostError
from playground.jobs.job import DONE, FAILED, Job, News
from playground.jobs.limits import Limits
from playground.jobs.tally import Counts

if TYPE_CHECKING:  # only the queue process has one
    from playground.jobs.pool import Pool

END_SECONDS = 10.0  # until a queue process that does not end is killed
# A fork copies the table of all pages in memory: fewer and larger ones halve what it costs (glibc's
# manual, "Memory Allocation Tunables"; other systems have no use for it).
HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


class PoolManager(BaseManager):
    """How the web process reaches the `Pool` in the queue process."""


PoolManager.register("pool")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the pipes of a queue process, at which it ends; kill one that does not."""
    for stream in (process.stdin, process.stdout):
        assert stream
        with contextlib.suppress(OSError):  # what is left to write has no reader
            stream.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Queue:
    """A connection to a queue process of its own, started again if it is lost.

    What it calls of the `Pool` there raises LostError if the process went away.

    scheduler: the address of a Dask scheduler, whose workers run the jobs; or nothing, and they
    run on this machine.
    """

    def __init__(
        self, preload: tuple[str, ...] = (), limits: Limits | None = None, scheduler: str = ""
    ) -> None:
        self._preload, self._limits, self._scheduler = preload, limits or Limits(), scheduler
        self._lock = threading.Lock()
        self._closed = False
        self._process, self._pool = self._open()

    def _open(self) -> tuple[subprocess.Popen[bytes], Pool]:
        authkey = secrets.token_bytes(32)
        process = subprocess.Popen(
            [sys.executable, "-c", "from playground.jobs.serving import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env=HUGE_PAGES | os.environ | {"OMP_NUM_THREADS": "1"},  # small jobs share the cores
        )
        assert process.stdin
        assert process.stdout
        try:
            asked = (authkey, self._preload, self._limits, self._scheduler)
            pickle.dump(asked, process.stdin)
            process.stdin.flush()
            address = pickle.load(process.stdout)
            multiprocessing.current_process().authkey = authkey
            manager = PoolManager(address=address, authkey=authkey)
            manager.connect()
            return process, manager.pool()  # type: ignore[attr-defined]
        except (EOFError, OSError) as error:
            process.kill()
            _end(process)
            raise LostError("the queue process could not be started") from error

    def _open_again(self, lost: Pool) -> None:
        with self._lock:
            if self._pool is lost and not self._closed:  # or another thread was here first
                self._process.kill()
                _end(self._process)
                self._process, self._pool = self._open()

    def close(self) -> None:
        """End the queue process and all that runs under it, for good."""
        with self._lock:
            self._closed = True
            _end(self._process)

    @property
    def pid(self) -> int:
        """The process id of the queue process."""
        return self._process.pid

    @contextlib.contextmanager
    def _reached(self) -> Iterator[Pool]:
        pool = self._pool
        try:
            yield pool
        except (EOFError, OSError) as error:
            self._open_again(pool)
            raise LostError("the queue process went away, and its runs with it") from error

    def start(self, visitor: str, job: Job[Any]) -> None:
        """Queue `job` for `visitor`, in place of what that visitor had there."""
        with self._reached() as pool:
            pool.start(visitor, job)

    def news(self, visitor: str, seen: int, wait: float) -> News | None:
        """Return what is new since `seen` parts; None if the visitor has no job there."""
        with self._reached() as pool:
            return pool.news(visitor, seen, wait)

    def stop(self, visitor: str) -> None:
        """Take `visitor` out of the queue; end the run if nobody else waits for it."""
        with self._reached() as pool:
            pool.stop(visitor)

    def peek(self, key: Hashable) -> tuple[bytes, ...] | None:
        """Return the parts of a finished job with `key`, if they are still kept."""
        with self._reached() as pool:
            return pool.peek(key)

    def counts(self) -> Counts:
        """Return what there is and was, in numbers."""
        with self._reached() as pool:
            return pool.counts()


class Here:
    """The calls of a `Queue` where there is no server: a job runs in the caller's process."""

    def __init__(self) -> None:
        self._news: dict[str, News] = {}

    def start(self, visitor: str, job: Job[Any]) -> None:
        """Run `job` to its end."""
        parts: list[bytes] = []
        failure = None
        try:
            for part in job.run():
                parts.append(pickle.dumps(part))
        except Exception as error:  # as in a process of its own: a result
            failure = Failure.of(error)
        state = FAILED if failure else DONE
        self._news[visitor] = News(state=state, parts=tuple(parts), failure=failure)

    def news(self, visitor: str, seen: int, wait: float) -> News | None:
        """Return what is new since `seen` parts; None if the visitor has no job here."""
        news = self._news.get(visitor)
        return news and replace(news, parts=news.parts[seen:])

    def stop(self, visitor: str) -> None:
        """Forget what `visitor` ran."""
        self._news.pop(visitor, None)

    def peek(self, key: Hashable) -> tuple[bytes, ...] | None:
        """Return None: nothing is kept."""
        return None
