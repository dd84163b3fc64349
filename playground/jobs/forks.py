"""Where jobs run on this machine: each in a process of its own, forked from a warm server."""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver

from playground.jobs import worker
from playground.jobs.limits import Limits
from playground.jobs.process import Process


class Forks:
    """Makes a process for each job."""

    def __init__(self, preload: tuple[str, ...], limits: Limits) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([worker.__name__, *preload])
        forkserver.ensure_running()  # so that the imports begin before the first job comes
        self._limits = limits
        self.at_once = limits.at_once or os.cpu_count() or 1

    def open(self) -> Process:
        """Start a process that waits for its job."""
        return Process(self._context, worker.work, self._limits)

    def close(self) -> None:
        """Do nothing: the server ends with this process."""
