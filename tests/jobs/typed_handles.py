"""What mypy must see of handles: no test runs this; an ignore too many is an error to mypy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_type

from playground.jobs import handles
from playground.jobs.handles import Handle
from playground.jobs.job import Job


def lengths(words: list[str], most: int = 9) -> Iterator[int]:
    """Yield how long each word is, up to `most`."""
    yield from (min(len(word), most) for word in words)


handle = handles.handle(lengths, long=lambda words, most=9: len(words) > most, keep_process=False)
again: Handle[[list[str], int], int] = handle
assert_type(handle(["a", "b"]), Job[int])
assert_type(handle(["a", "b"], most=3), Job[int])
assert_type(list(handle(["a"]).run()), list[int])

handle(["a"], "b")  # type: ignore[arg-type]
handle(["a"], least=1)  # type: ignore[call-arg]
strings: Job[str] = handle(["a"])  # type: ignore[assignment]
handles.handle(lengths, long=lambda words: len(words) > 3)  # type: ignore[arg-type, misc]
handles.handle(len)  # type: ignore[arg-type]
