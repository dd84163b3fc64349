"""Where jobs run on this machine: each in a process of its own, forked from a warm server."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import Any

from playground.jobs import bounds
from playground.jobs.limits import Limits
from playground.jobs.workers import Job, describe

LATER = 2.0  # seconds of the processor after the pool's own limit, which so comes first


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)


def _work(pipe: Connection, limits: Limits) -> None:
    """Run the jobs that come down `pipe`, one after another, and send what they yield."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the web process's to handle
    bounds.die_first()
    bounded = False
    while True:
        try:
            job: Job = pipe.recv()
        except EOFError:
            return
        try:
            if not job.keep_process:
                os.nice(10 if job.long else 5)  # pages come first, then short jobs
            if not (job.keep_process or bounded):  # a GPU's driver maps far more than it uses
                bounds.bound(limits.megabytes, limits.seconds + LATER)
                bounded = True
            for part in _parts(job, limits.parts_megabytes):
                pipe.send_bytes(b"+" + part)
            end = b"."
        except BrokenPipeError:
            return
        except Exception as error:  # whatever a lesson raises is a result, and goes to the learner
            end = b"!" + describe(error).encode()
        with contextlib.suppress(BrokenPipeError):
            pipe.send_bytes(end)


def _parts(job: Job, most_megabytes: int) -> Iterator[bytes]:
    """Yield what `job` yields, pickled; raises MemoryError where that is too much to send."""
    module, _, function = job.target.partition(":")
    left = most_megabytes * 2**20
    for value in getattr(importlib.import_module(module), function)(*job.args):
        part = pickle.dumps(value)
        left -= len(part)
        if left < 0:
            raise MemoryError(f"its result is larger than {most_megabytes} MB")
        yield part


class Fork:
    """A process that runs one job after another, and the pipe to it."""

    def __init__(self, context: Any, limits: Limits) -> None:
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, limits), daemon=True)
        self._process.start()
        theirs.close()
        self.pid: int = self._process.pid

    def send(self, job: Job) -> None:
        """Give it `job` to run."""
        self._pipe.send(job)

    def poll(self, seconds: float) -> bool:
        """Wait up to `seconds` for a message, and return whether there is one."""
        there: bool = self._pipe.poll(seconds)
        return there

    def receive(self) -> bytes:
        """Return the next message: + and a part, ! and why the job failed, or . at its end.

        Raises EOFError if the process ended without one, TimeoutError if it was for its time.
        """
        try:
            message: bytes = self._pipe.recv_bytes()
        except EOFError:
            self._process.join(1)
            if self._process.exitcode == -getattr(signal, "SIGXCPU", 0):
                raise TimeoutError("it used all of its time on the processor") from None
            raise
        return message

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        alive: bool = self._process.is_alive()
        return alive

    def kill(self) -> None:
        """End the process, whatever it does."""
        if self.alive:
            self._process.kill()
            self._process.join(1)

    def close(self) -> None:
        """End the process, and let go of the pipe."""
        self.kill()
        self._pipe.close()


class Forks:
    """Makes a `Fork` for each job."""

    def __init__(self, preload: tuple[str, ...], limits: Limits) -> None:
        method = "forkserver" if sys.platform != "win32" else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload(list(preload))
            forkserver.ensure_running()  # so that the imports begin before the first job comes
        self._limits = limits
        self.at_once = limits.at_once or os.cpu_count() or 1

    def open(self) -> Fork:
        """Start a process that waits for its job."""
        return Fork(self._context, self._limits)

    def close(self) -> None:
        """Do nothing: the server ends with this process."""
