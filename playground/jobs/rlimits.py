"""What a job's own process may use: set from inside, held by the system where it can."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path

import psutil

try:
    import resource
except ImportError:  # no such thing on Windows
    resource = None  # type: ignore[assignment]


def give_way(long: bool) -> None:
    """Let the pages come before this process, and short jobs before `long` ones."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(10 if long else 5)


def bound(megabytes: int, seconds: float) -> None:
    """Let this process use so much more memory, and time of the processor, than it has by now.

    A second bound can only be closer. At that of memory Python raises MemoryError; at that
    of time the system sends SIGXCPU, which ends the process, a second before it kills.
    """
    if resource is None:
        return
    if psutil.LINUX:  # elsewhere the system counts what a process maps but never uses
        used = psutil.Process().memory_info().vms
        _draw(resource.RLIMIT_AS, used + megabytes * 2**20)
    past = resource.getrusage(resource.RUSAGE_SELF)
    _draw(resource.RLIMIT_CPU, math.ceil(past.ru_utime + past.ru_stime + seconds), 1)
    _draw(resource.RLIMIT_CORE, 0)


def _draw(kind: int, most: int, further: int = 0) -> None:
    """Set a limit, unless a closer one is set; the system's last word comes `further` on."""
    soft, hard = resource.getrlimit(kind)
    if soft == resource.RLIM_INFINITY or most < soft:
        last = most + further
        resource.setrlimit(
            kind, (most, last if hard == resource.RLIM_INFINITY else min(last, hard))
        )


def die_first() -> None:
    """Let the system end this process before any other, where memory runs out."""
    with contextlib.suppress(OSError):  # not Linux
        Path("/proc/self/oom_score_adj").write_text("1000")
