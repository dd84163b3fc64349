"""What runs jobs: the queue process (`serve`, which owns a `Pool`) and each job's own (`_work`)."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cachetools import LRUCache

from playground.workers import (
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    Job,
    Limits,
    News,
    PoolManager,
    describe,
)


def _limit_memory(megabytes: int) -> None:
    """Let this process use `megabytes` more than it does now (where the system can say so)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        import resource

        used = int(statm.read_text().split()[0]) * resource.getpagesize()
        most = used + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)


def _work(pipe: Connection, limits: Limits) -> None:
    """Run the jobs that come down `pipe`, one after another, and send what they yield."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the web process's to handle
    limited = False
    while True:
        try:
            job: Job = pipe.recv()
        except EOFError:
            return
        try:
            if not job.keep_process:
                os.nice(10 if job.long else 5)  # pages come first, then short jobs
            if not (job.keep_process or limited):  # a GPU's driver maps far more than it uses
                _limit_memory(limits.megabytes)
                limited = True
            module, _, function = job.target.partition(":")
            for part in getattr(importlib.import_module(module), function)(*job.args):
                pipe.send_bytes(b"+" + pickle.dumps(part))
            end = b"."
        except BrokenPipeError:
            return
        except Exception as error:  # whatever a lesson raises is a result, and goes to the learner
            end = b"!" + describe(error).encode()
        with contextlib.suppress(BrokenPipeError):
            pipe.send_bytes(end)


@dataclass(eq=False)
class _Ticket:
    """One job in the pool, and the visitors who wait for it."""

    job: Job
    visitors: dict[str, float] = field(default_factory=dict)
    state: str = QUEUED
    parts: list[bytes] = field(default_factory=list)
    failure: str = ""
    process: Any = None


class Pool:
    """Who waits, who runs, what is done. Every method may be called from any thread."""

    def __init__(self, preload: tuple[str, ...], limits: Limits) -> None:
        method = "forkserver" if sys.platform != "win32" else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload(list(preload))
            forkserver.ensure_running()  # so that the imports begin before the first job comes
        self._limits = limits
        self._news = threading.Condition()  # its lock may be taken again by its holder
        self._waiting: OrderedDict[int, _Ticket] = OrderedDict()
        self._running: list[_Ticket] = []
        self._tickets: dict[str, _Ticket] = {}  # visitor -> the one active run
        self._by_key: dict[Hashable, _Ticket] = {}
        self._done: LRUCache[Hashable, tuple[bytes, ...]] = LRUCache(
            limits.cache_megabytes * 2**20, getsizeof=lambda parts: sum(map(len, parts))
        )
        self._kept: tuple[Any, Connection] | None = None
        self.started = 0

    def start(self, visitor: str, job: Job) -> None:
        """Queue `job` for `visitor`, in place of what that visitor had there.

        A job equal to one that waits, runs or is done is not run again.
        """
        with self._news:
            self._leave(visitor)
            self._forget_unseen()
            ticket = self._by_key.get(job.key) if job.key is not None else None
            if ticket is None:
                ticket = _Ticket(job)
                if job.key is not None and job.key in self._done:
                    ticket.state, ticket.parts = DONE, list(self._done[job.key])
                elif len(self._waiting) >= self._limits.waiting:
                    ticket.state = FAILED
                    ticket.failure = f"Busy: {self._limits.waiting} runs are waiting already"
                else:
                    self._waiting[id(ticket)] = ticket
                    if job.key is not None:
                        self._by_key[job.key] = ticket
            ticket.visitors[visitor] = time.monotonic()
            self._tickets[visitor] = ticket
            self._dispatch()

    def peek(self, key: Hashable) -> tuple[bytes, ...] | None:
        """Return the parts of a finished job with `key`, if they are still kept."""
        with self._news:
            parts: tuple[bytes, ...] | None = self._done.get(key)
            return parts

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
            place = 0
            if ticket.state == QUEUED:
                lane = [t for t in self._waiting.values() if t.job.long == ticket.job.long]
                place = lane.index(ticket) + 1
            parts = tuple(ticket.parts[seen:])
            return News(state=ticket.state, place=place, parts=parts, failure=ticket.failure)

    def stop(self, visitor: str) -> None:
        """Take `visitor` out of the queue; end the run if nobody else waits for it."""
        with self._news:
            self._leave(visitor)

    def processes(self) -> list[int]:
        """Return the process ids of the jobs that run now."""
        with self._news:
            return [t.process.pid for t in self._running if t.process is not None]

    def runs(self) -> int:
        """Return how many jobs were run since the start."""
        return self.started

    def close(self) -> None:
        """End every job."""
        with self._news:
            self._waiting.clear()
            for ticket in self._running:
                _kill(ticket.process)
            if self._kept:
                _kill(self._kept[0])

    def _leave(self, visitor: str) -> None:
        ticket = self._tickets.pop(visitor, None)
        if ticket is None:
            return
        ticket.visitors.pop(visitor, None)
        if not ticket.visitors and ticket.state in (QUEUED, RUNNING):
            self._end(ticket, FAILED, "Stopped")
            self._waiting.pop(id(ticket), None)
            _kill(ticket.process)

    def _end(self, ticket: _Ticket, state: str, failure: str = "") -> None:
        if ticket.state in (DONE, FAILED):
            return
        ticket.state, ticket.failure = state, failure
        if ticket.job.key is not None and self._by_key.get(ticket.job.key) is ticket:
            del self._by_key[ticket.job.key]
            if state == DONE:
                with contextlib.suppress(ValueError):  # larger than the whole cache: not kept
                    self._done[ticket.job.key] = tuple(ticket.parts)

    def _dispatch(self) -> None:
        """Start what may start: `at_once` short jobs, and as many long ones that give way."""
        for ticket in list(self._waiting.values()):
            lane = [t for t in self._running if t.job.long == ticket.job.long]
            one_gpu = ticket.job.keep_process and any(t.job.keep_process for t in self._running)
            if len(lane) < self._limits.at_once and not one_gpu:
                del self._waiting[id(ticket)]
                ticket.state = RUNNING
                self._running.append(ticket)
                self.started += 1
                threading.Thread(target=self._drive, args=(ticket,), daemon=True).start()
        self._news.notify_all()

    def _drive(self, ticket: _Ticket) -> None:
        """Run `ticket` to its end, in this thread of the pool."""
        state, failure, kept = FAILED, "", None
        pipe: Connection | None = None
        try:
            process, pipe = self._process(ticket.job)
            with self._news:
                ticket.process = process
                if ticket.state != RUNNING:  # stopped while its process was made
                    _kill(process)
            pipe.send(ticket.job)
            state, failure = self._follow(ticket, pipe)
            if state == DONE or failure:
                kept = (process, pipe) if ticket.job.keep_process else None
        except (EOFError, OSError):
            state, failure = FAILED, "Killed: its process ended without a result"
        finally:
            with self._news:  # first of all, tell those who wait and let the next one start
                self._kept = kept or self._kept
                self._end(ticket, state, failure)
                self._running.remove(ticket)
                self._dispatch()
            if kept is None:
                _kill(ticket.process)
                if pipe is not None:
                    pipe.close()

    def _process(self, job: Job) -> tuple[Any, Connection]:
        with self._news:
            if job.keep_process and self._kept and self._kept[0].is_alive():
                kept, self._kept = self._kept, None
                return kept
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._limits), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def _follow(self, ticket: _Ticket, pipe: Connection) -> tuple[str, str]:
        until = time.monotonic() + self._limits.seconds
        while True:
            if pipe.poll(0.5):
                message = pipe.recv_bytes()
                if message[:1] == b".":
                    return DONE, ""
                if message[:1] == b"!":
                    return FAILED, message[1:].decode()
                with self._news:
                    ticket.parts.append(message[1:])
            if time.monotonic() > until:
                _kill(ticket.process)
                return FAILED, f"Timeout: it ran for {self._limits.seconds:g} seconds"
            self._forget_unseen()

    def _forget_unseen(self) -> None:
        """Let go of visitors who have not asked for some time: their page is closed."""
        with self._news:
            oldest = time.monotonic() - self._limits.unseen_seconds
            for visitor, ticket in list(self._tickets.items()):
                if ticket.visitors[visitor] < oldest:
                    self._leave(visitor)


def _kill(process: Any) -> None:
    if process is not None and process.is_alive():
        process.kill()
        process.join(1)


def serve() -> None:
    """Be the queue process: take the set-up from standard input, serve until that closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    authkey, preload, limits = pickle.load(sys.stdin.buffer)
    multiprocessing.current_process().authkey = authkey
    pool = Pool(preload, limits)
    PoolManager.register("pool", callable=lambda: pool)
    server = PoolManager(authkey=authkey).get_server()
    sys.stdout.buffer.write(pickle.dumps(server.address))
    sys.stdout.buffer.flush()
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives

    def end_with_the_web_process() -> None:
        sys.stdin.buffer.read()
        pool.close()
        server.stop_event.set()  # type: ignore[attr-defined]

    threading.Thread(target=end_with_the_web_process, daemon=True).start()
    server.serve_forever()
