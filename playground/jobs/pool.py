"""Who waits, who runs, what is done."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Hashable

from cachetools import LRUCache

from playground.jobs.counting import LANES, Counts, Tally, lane
from playground.jobs.limits import Limits
from playground.jobs.tickets import Kept, Place, Run, Ticket
from playground.jobs.workers import (
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    Job,
    LostError,
    News,
    UnreachableError,
)

ENDED = "Killed: its process ended without a result"


class Pool:
    """Who waits, who runs, what is done. Every method may be called from any thread."""

    def __init__(self, place: Place, limits: Limits) -> None:
        self._place = place
        self._limits = limits
        self._news = threading.Condition()  # its lock may be taken again by its holder
        self._waiting: OrderedDict[int, Ticket] = OrderedDict()
        self._running: list[Ticket] = []
        self._tickets: dict[str, Ticket] = {}  # visitor -> the one active run
        self._by_key: dict[Hashable, Ticket] = {}
        self._done: LRUCache[Hashable, Kept] = LRUCache(
            limits.cache_megabytes * 2**20, getsizeof=lambda kept: kept.size
        )
        self._kept: Run | None = None
        self._tally = Tally()

    def start(self, visitor: str, job: Job) -> None:
        """Queue `job` for `visitor`, in place of what that visitor had there.

        A job equal to one that waits, runs or is done is not run again.
        """
        with self._news:
            self._leave(visitor)
            self._forget_unseen()
            ticket = self._by_key.get(job.key) if job.key is not None else None
            if ticket is None:
                ticket = Ticket(job)
                if job.key is not None and job.key in self._done:
                    ticket.state, ticket.parts = DONE, list(self._done[job.key].parts)
                else:
                    self._waiting[id(ticket)] = ticket
                    if job.key is not None:
                        self._by_key[job.key] = ticket
            ticket.visitors[visitor] = time.monotonic()
            self._tickets[visitor] = ticket
            self._dispatch()
            if ticket.state == QUEUED and self._position(ticket) > self._limits.waiting:
                del self._waiting[id(ticket)]
                self._end(ticket, FAILED, f"Busy: {self._limits.waiting} runs wait already")

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
                ticket = self._tickets.get(visitor)
                if ticket is None:
                    return None
                ticket.visitors[visitor] = time.monotonic()
                if ticket.state in (DONE, FAILED):
                    break
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._news.wait(left)
            place = self._position(ticket) if ticket.state == QUEUED else 0
            return ticket.news(visitor, seen, place)

    def stop(self, visitor: str) -> None:
        """Take `visitor` out of the queue; end the run if nobody else waits for it."""
        with self._news:
            self._leave(visitor)

    def counts(self) -> Counts:
        """Return what there is and was, in numbers."""
        with self._news:
            waiting = Counter(lane(ticket.job.long) for ticket in self._waiting.values())
            running = Counter(lane(ticket.job.long) for ticket in self._running)
            return Counts(
                started=dict(self._tally.started),
                ended=dict(self._tally.ended),
                waiting={name: waiting[name] for name in LANES},
                running={name: running[name] for name in LANES},
                took={name: tuple(took) for name, took in self._tally.took.items()},
                seconds=dict(self._tally.seconds),
                visitors=len(self._tickets),
                kept_bytes=int(self._done.currsize),
            )

    def close(self) -> None:
        """End every job."""
        with self._news:
            self._waiting.clear()
            for run in [ticket.run for ticket in self._running] + [self._kept]:
                if run:
                    run.kill()
        self._place.close()

    def _position(self, ticket: Ticket) -> int:
        """Return which one a waiting ticket is of its lane."""
        lane = [t for t in self._waiting.values() if t.job.long == ticket.job.long]
        return lane.index(ticket) + 1

    def _leave(self, visitor: str) -> None:
        ticket = self._tickets.pop(visitor, None)
        if ticket is None:
            return
        ticket.visitors.pop(visitor, None)
        if not ticket.visitors and ticket.state in (QUEUED, RUNNING):
            self._end(ticket, FAILED, "Stopped")
            self._waiting.pop(id(ticket), None)
            if ticket.run:
                ticket.run.kill()

    def _end(self, ticket: Ticket, state: str, failure: str = "") -> None:
        if ticket.state in (DONE, FAILED):
            return
        ticket.state, ticket.failure = state, failure
        self._tally.end(ticket.job.target, failure)
        if ticket.job.key is not None and self._by_key.get(ticket.job.key) is ticket:
            del self._by_key[ticket.job.key]
            if state == DONE:
                with contextlib.suppress(ValueError):  # larger than the whole cache: not kept
                    self._done[ticket.job.key] = Kept(ticket)

    def _dispatch(self) -> None:
        """Start what may start: `at_once` short jobs, and as many long ones that give way."""
        for ticket in list(self._waiting.values()):
            beside = [t for t in self._running if t.job.long == ticket.job.long]
            one_gpu = ticket.job.keep_process and any(t.job.keep_process for t in self._running)
            if len(beside) < self._place.at_once and not one_gpu:
                del self._waiting[id(ticket)]
                ticket.state = RUNNING
                self._running.append(ticket)
                self._tally.begin(ticket.job.target)
                threading.Thread(target=self._drive, args=(ticket,), daemon=True).start()
        self._news.notify_all()

    def _drive(self, ticket: Ticket) -> None:
        """Run `ticket` to its end, in this thread of the pool."""
        state, failure, began = FAILED, ENDED, time.monotonic()
        try:
            state, failure = self._attempt(ticket)
            if failure.startswith("Lost:") and self._again(ticket):
                state, failure = self._attempt(ticket)
        finally:
            keep = (  # after an error a GPU may refuse all that follows
                ticket.job.keep_process
                and state == DONE
                and ticket.run is not None
                and ticket.run.alive
            )
            with self._news:  # first of all, tell those who wait and let the next one start
                if keep:
                    self._kept = ticket.run
                self._tally.time(lane(ticket.job.long), time.monotonic() - began)
                self._end(ticket, state, failure)
                self._running.remove(ticket)
                self._dispatch()
            if ticket.run and not keep:
                ticket.run.close()

    def _attempt(self, ticket: Ticket) -> tuple[str, str]:
        """Run `ticket` once; return its state, and why it ended early."""
        try:
            run = self._open(ticket.job)
            with self._news:
                ticket.run = run
                if ticket.state != RUNNING:  # stopped while its process was made
                    run.kill()
            run.send(ticket.job)
            return self._follow(ticket, run)
        except (LostError, UnreachableError, TimeoutError) as error:
            return FAILED, f"{type(error).__name__.removesuffix('Error')}: {error}"
        except (EOFError, OSError):
            return FAILED, ENDED

    def _open(self, job: Job) -> Run:
        with self._news:
            if job.keep_process and self._kept and self._kept.alive:
                kept, self._kept = self._kept, None
                return kept
        return self._place.open()

    def _again(self, ticket: Ticket) -> bool:
        """Make `ticket` as it was before its run was lost; return whether anybody waits for it."""
        with self._news:
            if ticket.run:
                ticket.run.close()
            if ticket.state != RUNNING:
                return False
            ticket.tries += 1
            ticket.run = None
            ticket.parts.clear()
            return True

    def _follow(self, ticket: Ticket, run: Run) -> tuple[str, str]:
        until = time.monotonic() + self._limits.seconds
        while True:
            if run.poll(0.5):
                message = run.receive()
                if message[:1] == b".":
                    return DONE, ""
                if message[:1] == b"!":
                    return FAILED, message[1:].decode()
                with self._news:
                    ticket.parts.append(message[1:])
            if time.monotonic() > until:
                run.kill()
                return FAILED, f"Timeout: it ran for {self._limits.seconds:g} seconds"
            self._forget_unseen()

    def _forget_unseen(self) -> None:
        """Let go of visitors who have not asked for some time: their page is closed."""
        with self._news:
            oldest = time.monotonic() - self._limits.unseen_seconds
            for visitor, ticket in list(self._tickets.items()):
                if ticket.visitors[visitor] < oldest:
                    self._leave(visitor)
