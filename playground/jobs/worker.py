"""What a process for jobs does: it runs what comes down its pipe, and sends what that yields.

A message begins with a letter: + and a part; ! and why the job failed; . at its end; ? before the
first job, from a process that has now imported what the jobs need.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from playground.jobs import rlimits
from playground.jobs.failure import Failure
from playground.jobs.job import Job
from playground.jobs.limits import Limits
from playground.jobs.places import Message

PART, FAILED, DONE, READY = b"+", b"!", b".", b"?"
LATER = 2.0  # seconds of the processor after the pool's own limit, which so comes first


def work(pipe: Connection, limits: Limits) -> None:
    """Run the jobs that come down `pipe`, one after another, in this process that was forked."""
    _begin()
    bounded = False
    for job in _jobs(pipe):
        if not job.keep_process:
            rlimits.give_way(job.long)
        if not (job.keep_process or bounded):  # a GPU's driver maps far more than it uses
            rlimits.bound(limits.megabytes, limits.seconds + LATER)
            bounded = True
        _run(job, pipe, limits)


def stand_by(pipe: Connection, limits: Limits, preload: tuple[str, ...]) -> None:
    """Import `preload`, then do as `work` does, in this process that stays for many jobs.

    It sets no bounds and no priority of its own: they would hold for every later job too.
    """
    _begin()
    for name in preload:
        with contextlib.suppress(ImportError):  # the job that needs it will say so
            importlib.import_module(name)
    with contextlib.suppress(BrokenPipeError):
        pipe.send_bytes(READY)
    for job in _jobs(pipe):
        _run(job, pipe, limits)


def message(sent: bytes) -> Message:
    """Return what a process sent, as the pool understands it."""
    if sent[:1] == PART:
        return sent[1:]
    return Failure(*json.loads(sent[1:])) if sent[:1] == FAILED else None


def _begin() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the web process's to handle
    rlimits.die_first()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)


def _jobs(pipe: Connection) -> Iterator[Job[Any]]:
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            yield pipe.recv()


def _run(job: Job[Any], pipe: Connection, limits: Limits) -> None:
    try:
        for part in _parts(job, limits.parts_megabytes):
            pipe.send_bytes(PART + part)
        end = DONE
    except BrokenPipeError:
        return
    except Exception as error:  # whatever a lesson raises is a result, and goes to the learner
        failure = Failure.of(error)
        end = FAILED + json.dumps((failure.kind, failure.text)).encode()
    with contextlib.suppress(BrokenPipeError):
        pipe.send_bytes(end)


def _parts(job: Job[Any], most_megabytes: int) -> Iterator[bytes]:
    """Yield what `job` yields, pickled; raises MemoryError where that is too much to send."""
    left = most_megabytes * 2**20
    for value in job.run():
        part = pickle.dumps(value)
        left -= len(part)
        if left < 0:
            raise MemoryError(f"its result is larger than {most_megabytes} MB")
        yield part
