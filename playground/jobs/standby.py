"""Where jobs run on a machine that cannot fork, as Windows: in warm processes, one after another.

Each has imported what the jobs need and stays for the next one, since a new process takes seconds
for that. Only the process of a run that was ended or that crashed goes, and a new one takes its
place. The system bounds no run there: the pool's own limit of time is all that holds.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from typing import Any

from playground.jobs import worker
from playground.jobs.failure import UnreachableError
from playground.jobs.job import Job
from playground.jobs.limits import Limits
from playground.jobs.places import Message
from playground.jobs.process import Process

START_SECONDS = 120.0  # until a process that is not ready is given up


class Warm(Process):
    """A process that imports what the jobs need, and then runs one after another."""

    def __init__(self, limits: Limits, preload: tuple[str, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(context, worker.stand_by, limits, preload)
        self._ready = False

    def ready(self, seconds: float) -> bool:
        """Wait up to `seconds` until it has imported all; False if it has not, or has ended."""
        if not self._ready and self.poll(seconds):
            try:
                self.receive()
            except EOFError:
                return False
            self._ready = True
        return self._ready


class Lent:
    """The hold on a warm process for as long as it is lent; its methods are those of `Process`."""

    def __init__(self, place: Standby, process: Warm) -> None:
        self._place = place
        self._process = process
        self._lock = threading.Lock()
        self._job: Job[Any] | None = None
        self._held = True
        self._ended = False
        self.pid = process.pid

    def send(self, job: Job[Any]) -> None:
        """Give it `job` to run; raises EOFError if that was ended before."""
        with self._lock:
            if self._ended:
                raise EOFError("the run was ended")
            self._job = job
            self._process.send(job)

    def poll(self, seconds: float) -> bool:
        """Wait up to `seconds` for a message, and return whether there is one."""
        return self._process.poll(seconds)

    def receive(self) -> Message:
        """Return the next message; after the last one of a job the process may have the next.

        One that holds on to a GPU is the pool's, to be kept for the next such job.
        """
        message = self._process.receive()
        if not isinstance(message, bytes) and self._job and not self._job.keep_process:
            self._give_back(fit=True)
        return message

    @property
    def alive(self) -> bool:
        """Whether it can run a job."""
        return self._held and not self._ended and self._process.alive

    def kill(self) -> None:
        """End the run: with its process, unless that has no job yet or was given back."""
        with self._lock:
            self._ended = True
            if self._held and self._job:
                self._process.kill()

    def close(self) -> None:
        """End the run, and give back what is left."""
        self.kill()
        self._give_back(fit=self._job is None)

    def _give_back(self, fit: bool) -> None:
        with self._lock:
            held, self._held = self._held, False
        if held:
            self._place.take_back(self._process, fit)


class Standby:
    """Lends warm processes, and makes as many ahead as may run at once."""

    def __init__(self, preload: tuple[str, ...], limits: Limits) -> None:
        self._limits, self._preload = limits, preload
        self.at_once = limits.at_once or 1  # every process has a torch of its own in memory
        self._ahead = max(2, min(2 * self.at_once, os.cpu_count() or 1))  # there are two lanes
        self._lock = threading.Lock()
        self._idle = [self._warm()]  # the others later, so that this one is ready soon
        self._lent = 0

    def open(self) -> Lent:
        """Lend a process; raises UnreachableError if none gets ready."""
        process = self._take()
        if process.ready(START_SECONDS):
            with self._lock:
                self._fill()
            return Lent(self, process)
        self.take_back(process, fit=False)
        raise UnreachableError("its process did not get ready")

    def take_back(self, process: Warm, fit: bool) -> None:
        """Keep `process` for the next job if it is `fit` for one, or make another in its place."""
        with self._lock:
            self._lent -= 1
            keep = fit and len(self._idle) < self._ahead
            if keep:
                self._idle.append(process)
            self._fill()
        if not keep:
            process.close()

    def close(self) -> None:
        """End every process that is not lent."""
        with self._lock:
            self._ahead = 0
            for process in self._idle:
                process.close()
            self._idle.clear()

    def _take(self) -> Warm:
        """Return an idle process: the last one used, or else the one that began first."""
        with self._lock:
            self._idle = [process for process in self._idle if process.alive]
            ready = [process for process in self._idle if process.ready(0)]
            process = ready[-1] if ready else self._idle[0] if self._idle else self._warm()
            if process in self._idle:
                self._idle.remove(process)
            self._lent += 1
            return process

    def _warm(self) -> Warm:
        return Warm(self._limits, self._preload)

    def _fill(self) -> None:
        while len(self._idle) + self._lent < self._ahead:
            self._idle.append(self._warm())
