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
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from playground.jobs.limits import Limits
from playground.jobs.workers import Job, describe


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

        Raises EOFError if the process ended without one.
        """
        message: bytes = self._pipe.recv_bytes()
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
