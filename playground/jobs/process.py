"""The hold on a job's own process, on this machine."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from playground.jobs import worker
from playground.jobs.job import Job
from playground.jobs.places import Message

OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None  # how a process ends at its bound of time


class Process:
    """A process that runs one job after another, and the pipe to it."""

    def __init__(self, context: Any, target: Callable[..., None], *args: Any) -> None:
        """Start it: it calls `target`, a function of `worker`, with its end of the pipe."""
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(theirs, *args), daemon=True)
        self._process.start()
        theirs.close()
        self.pid: int = self._process.pid

    def send(self, job: Job[Any]) -> None:
        """Give it `job` to run."""
        self._pipe.send(job)

    def poll(self, seconds: float) -> bool:
        """Wait up to `seconds` for a message, and return whether there is one."""
        there: bool = self._pipe.poll(seconds)
        return there

    def receive(self) -> Message:
        """Return the next message.

        Raises EOFError if the process ended without one, TimeoutError if it was for its time.
        """
        try:
            return worker.message(self._pipe.recv_bytes())
        except EOFError:
            self._process.join(1)
            if self._process.exitcode == OUT_OF_TIME:
                raise TimeoutError("it used all of its time on the processor") from None
            raise

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
