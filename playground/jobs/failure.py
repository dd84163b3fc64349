"""Why a job or a part of it ended early: what the workers did to it, or the error it raised."""

from __future__ import annotations

from dataclasses import dataclass

MOST_LETTERS = 2000  # of an error's class and text together

BUSY = "Busy"  # too many jobs wait already
FORGOTTEN = "Forgotten"  # nobody asked about it for a while
KILLED = "Killed"  # its process ended without a result
LOST = "Lost"  # the process that ran it, or knew of it, went away
MEMORY = "MemoryError"  # Python's own name for it
STOPPED = "Stopped"  # nobody waits for it any more
TIMEOUT = "Timeout"
UNREACHABLE = "Unreachable"  # there was no worker to run it


@dataclass(frozen=True)
class Failure:
    """What ended it; `kind` is a name from above, or the class of an error or a warning."""

    kind: str
    text: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Return an error as a failure; a long text is cut; what UTF-8 cannot hold becomes `?`."""
        kind = _sendable(type(error).__name__, MOST_LETTERS // 10)
        return cls(kind, _sendable(str(error), MOST_LETTERS - len(kind)))

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


def _sendable(text: str, most: int) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= most else f"{text[:most]} [...]"


class LostError(RuntimeError):
    """The queue process went away, and with it the jobs it knew."""


class UnreachableError(RuntimeError):
    """No worker could be had to run a job."""
