"""Who waits, who runs, what is done."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Any

from cachetools import LRUCache

from playground.jobs.failure import (
    BUSY,
    KILLED,
    LOST,
    STOPPED,
    TIMEOUT,
    UNREACHABLE,
    Failure,
    LostError,
    UnreachableError,
)
from playground.jobs.job import DONE, FAILED, QUEUED, RUNNING, Job, News
from playground.jobs.limits import Limits
from playground.jobs.places import Place, Run
from playground.jobs.pooled import Kept, PooledJob
from playground.jobs.tally import Counts, Tally, lane

ENDED = Failure(KILLED, "its process ended without a result")


class Pool:
    """Who waits, who runs, what is done. Every method may be called from any thread."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place = place
        self._limits = limits
        self._news = threading.Condition()  # its lock may be taken again by its holder
        self._waiting: OrderedDict[int, PooledJob] = OrderedDict()
        self._running: list[PooledJob] = []
        self._by_visitor: dict[str, PooledJob] = {}  # visitor -> the one active run
        self._by_key: dict[Hashable, PooledJob] = {}
        self._done: LRUCache[Hashable, Kept] = LRUCache(
            limits.cache_megabytes * 2**20, getsizeof=lambda kept: kept.size
        )
        self._kept: Run | None = None
        self._tally = Tally()

    def start(self, visitor: str, job: Job[Any]) -> None:
        """Queue `job` for `visitor`, in place of what that visitor had there.

        A job equal to one that waits, runs or is done is not run again.
        """
        with self._news:
            self._leave(visitor)
            self._forget_unseen()
            pooled = self._by_key.get(job.key) if job.key is not None else None
            if pooled is None:
                pooled = PooledJob(job)
                if job.key is not None and job.key in self._done:
                    pooled.state, pooled.parts = DONE, list(self._done[job.key].parts)
                else:
                    self._waiting[id(pooled)] = pooled
                    if job.key is not None:
                        self._by_key[job.key] = pooled
            pooled.visitors[visitor] = time.monotonic()
            self._by_visitor[visitor] = pooled
            self._dispatch()
            if pooled.state == QUEUED and self._position(pooled) > self._limits.waiting:
                del self._waiting[id(pooled)]
                self._end(pooled, Failure(BUSY, f"{self._limits.waiting} runs wait already"))

    def peek(self, key: Hashable) -> tuple[bytes, ...] | None:
        """Return the parts of a finished job with `key`, if they are still kept."""
        with self._news:
            kept: Kept | None = self._done.get(key)
            return kept.parts if kept else None

    def news(self, visitor: str, seen: int, wait: float) -> News | None:
        """Return what is new since `seen` parts, waiting up to `wait` seconds for the end.

        None if the visitor has no job here.
        """
        until = time.monotonic() + wait
        with self._news:
            while True:
                pooled = self._by_visitor.get(visitor)
                if pooled is None:
                    return None
                pooled.visitors[visitor] = time.monotonic()
                if pooled.state in (DONE, FAILED):
                    break
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._news.wait(left)
            place = self._position(pooled) if pooled.state == QUEUED else 0
            return pooled.news(visitor, seen, place)

    def stop(self, visitor: str) -> None:
        """Take `visitor` out of the queue; end the run if nobody else waits for it."""
        with self._news:
            self._leave(visitor)

    def counts(self) -> Counts:
        """Return what there is and was, in numbers."""
        with self._news:
            waiting = Counter(lane(pooled.job.long) for pooled in self._waiting.values())
            running = Counter(lane(pooled.job.long) for pooled in self._running)
            visitors, kept_bytes = len(self._by_visitor), int(self._done.currsize)
            return self._tally.counts(waiting, running, visitors, kept_bytes)

    def close(self) -> None:
        """End every job."""
        with self._news:
            self._waiting.clear()
            for run in [pooled.run for pooled in self._running] + [self._kept]:
                if run:
                    run.kill()
        self._place.close()

    def _position(self, pooled: PooledJob) -> int:
        """Return which one a waiting job is of its lane."""
        lane = [t for t in self._waiting.values() if t.job.long == pooled.job.long]
        return lane.index(pooled) + 1

    def _leave(self, visitor: str) -> None:
        pooled = self._by_visitor.pop(visitor, None)
        if pooled is None:
            return
        pooled.visitors.pop(visitor, None)
        if not pooled.visitors and pooled.state in (QUEUED, RUNNING):
            self._end(pooled, Failure(STOPPED))
            self._waiting.pop(id(pooled), None)
            if pooled.run:
                pooled.run.kill()

    def _end(self, pooled: PooledJob, failure: Failure | None) -> None:
        if pooled.state in (DONE, FAILED):
            return
        pooled.state, pooled.failure = FAILED if failure else DONE, failure
        self._tally.end(pooled.job.target, failure)
        if pooled.job.key is not None and self._by_key.get(pooled.job.key) is pooled:
            del self._by_key[pooled.job.key]
            if failure is None:
                with contextlib.suppress(ValueError):  # larger than the whole cache: not kept
                    self._done[pooled.job.key] = Kept(pooled)

    def _dispatch(self) -> None:
        """Start what may start: `at_once` short jobs, and as many long ones that give way."""
        for pooled in list(self._waiting.values()):
            beside = [t for t in self._running if t.job.long == pooled.job.long]
            one_gpu = pooled.job.keep_process and any(t.job.keep_process for t in self._running)
            if len(beside) < self._place.at_once and not one_gpu:
                del self._waiting[id(pooled)]
                pooled.state = RUNNING
                self._running.append(pooled)
                self._tally.begin(pooled.job.target)
                threading.Thread(target=self._drive, args=(pooled,), daemon=True).start()
        self._news.notify_all()

    def _drive(self, pooled: PooledJob) -> None:
        """Run a job to its end, in this thread of the pool."""
        failure: Failure | None = ENDED
        began = time.monotonic()
        try:
            failure = self._attempt(pooled)
            if failure and failure.kind == LOST and self._again(pooled):
                failure = self._attempt(pooled)
        finally:
            keep = (  # after an error a GPU may refuse all that follows
                pooled.job.keep_process
                and failure is None
                and pooled.run is not None
                and pooled.run.alive
            )
            with self._news:  # first of all, tell those who wait and let the next one start
                if keep:
                    self._kept = pooled.run
                self._tally.time(lane(pooled.job.long), time.monotonic() - began)
                self._end(pooled, failure)
                self._running.remove(pooled)
                self._dispatch()
            if pooled.run and not keep:
                pooled.run.close()

    def _attempt(self, pooled: PooledJob) -> Failure | None:
        """Run a job once, and return why it ended early."""
        try:
            run = self._open(pooled.job)
            with self._news:
                pooled.run = run
                if pooled.state != RUNNING:  # stopped while its process was made
                    run.kill()
            run.send(pooled.job)
            return self._follow(pooled, run)
        except LostError as error:
            return Failure(LOST, str(error))
        except UnreachableError as error:
            return Failure(UNREACHABLE, str(error))
        except TimeoutError as error:
            return Failure(TIMEOUT, str(error))
        except (EOFError, OSError):
            return ENDED

    def _open(self, job: Job[Any]) -> Run:
        with self._news:
            if job.keep_process and self._kept and self._kept.alive:
                kept, self._kept = self._kept, None
                return kept
        return self._place.open()

    def _again(self, pooled: PooledJob) -> bool:
        """Make a job as it was before its run was lost; return whether anybody waits for it."""
        with self._news:
            if pooled.run:
                pooled.run.close()
            if pooled.state != RUNNING:
                return False
            pooled.tries += 1
            pooled.run = None
            pooled.parts.clear()
            return True

    def _follow(self, pooled: PooledJob, run: Run) -> Failure | None:
        until = time.monotonic() + self._limits.seconds
        while True:
            if run.poll(0.5):
                message = run.receive()
                if not isinstance(message, bytes):
                    return message
                with self._news:
                    pooled.parts.append(message)
            if time.monotonic() > until:
                run.kill()
                return Failure(TIMEOUT, f"it ran for {self._limits.seconds:g} seconds")
            self._forget_unseen()

    def _forget_unseen(self) -> None:
        """Let go of visitors who have not asked for some time: their page is closed."""
        with self._news:
            oldest = time.monotonic() - self._limits.unseen_seconds
            for visitor, pooled in list(self._by_visitor.items()):
                if pooled.visitors[visitor] < oldest:
                    self._leave(visitor)
