"""The runs of a visit: named, pinned, shown beside the present one, taken away, compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from playground.core import settings as knobs
from playground.core.history import History
from playground.core.settings import KNOBS, Settings

MOST_RUNS, MOST_PINNED = 30, 10
MOST_NUMBERS = 600_000  # losses and weights of all runs, those taken away too: 5 MB a visitor
LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One run, its settings, and what the learner made of it.

    number: counts the runs of the visit from 1. shown: whether it is drawn beside the present one.
    """

    number: int
    settings: Settings
    history: History
    name: str = ""
    pinned: bool = False
    shown: bool = False

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return self.history.loss.size + self.history.weights.size


@dataclass(frozen=True)
class KeptRuns:
    """The runs that are kept, the newest first, and those taken away last."""

    runs: tuple[Kept, ...] = ()
    taken: tuple[Kept, ...] = ()
    count: int = 0

    def add(self, settings: Settings, history: History) -> KeptRuns:
        """Return the runs with one more; the oldest that are not pinned make room for it.

        Where those taken away last are too much beside all that is kept, they are forgotten.
        A run with settings that are here already takes that one's place, name and pin.
        """
        same = next((run for run in self.runs if run.settings == settings), None)
        if same and len(same.history.loss) > len(history.loss):
            return self  # of equal runs, the one that went further
        if same:
            run, count = dataclasses.replace(same, history=history), self.count
        else:
            count = self.count + 1
            run = Kept(number=count, settings=settings, history=history)
        others = [other for other in self.runs if other is not same]
        runs = _bounded([run, *others])
        room = _numbers([*runs, *self.taken]) <= MOST_NUMBERS
        return KeptRuns(runs, self.taken if room else (), count)

    def change(self, number: int, **what: object) -> KeptRuns:
        """Return the runs with one's `name`, `pinned` or `shown` changed.

        A name is cut to 40 characters. A pin beyond the tenth is not set.
        """
        if "name" in what:
            what["name"] = " ".join(str(what["name"] or "").split())[:LONGEST_NAME]
        if what.get("pinned") and sum(run.pinned for run in self.runs) >= MOST_PINNED:
            del what["pinned"]
        runs = tuple(
            dataclasses.replace(run, **what) if run.number == number else run  # type: ignore[arg-type]
            for run in self.runs
        )
        return dataclasses.replace(self, runs=runs)

    def take(self, numbers: Iterable[int]) -> KeptRuns:
        """Return the runs without some; `put_back` returns them."""
        gone = set(numbers)
        taken = tuple(run for run in self.runs if run.number in gone)
        return KeptRuns(
            tuple(run for run in self.runs if run.number not in gone),
            taken or self.taken,
            self.count,
        )

    def put_back(self) -> KeptRuns:
        """Return the runs with those taken away last; a pin too many is not kept."""
        here = {run.settings for run in self.runs}
        room = MOST_PINNED - sum(run.pinned for run in self.runs)
        back = []
        for run in self.taken:
            if run.settings not in here:
                room -= run.pinned
                back.append(dataclasses.replace(run, pinned=run.pinned and room >= 0))
        runs = sorted([*self.runs, *back], key=lambda run: -run.number)
        return KeptRuns(_bounded(runs), (), self.count)

    def shown(self, ladder: str) -> tuple[Kept, ...]:
        """Return the runs of `ladder` that are to be drawn beside the present one."""
        return tuple(run for run in self.runs if run.shown and run.settings.ladder == ladder)


def _numbers(runs: Iterable[Kept]) -> int:
    return sum(run.size for run in runs)


def _bounded(runs: list[Kept]) -> tuple[Kept, ...]:
    """Return `runs` without the oldest that are not pinned, as few as the bounds ask for."""
    while len(runs) > MOST_RUNS or _numbers(runs) > MOST_NUMBERS:
        loose = [run for run in runs[1:] if not run.pinned] or runs[1:]
        if not loose:
            break
        runs = [run for run in runs if run is not loose[-1]]
    return tuple(runs)


def changed(settings: Settings) -> dict[str, object]:
    """Return what was set other than the tutorial does, by the knobs' names."""
    lesson = settings.lesson
    optimizer = settings.optimizer if "optimizer" in lesson.knobs else None
    usual = knobs.defaults(lesson)
    return {
        name: getattr(settings, name)
        for name in knobs.knobs(lesson, optimizer)
        if getattr(settings, name) != usual[name]
    }


def compare(one: Settings, other: Settings) -> list[tuple[str, object, object, bool]]:
    """Return each knob's name, its two values and whether they differ, those that do first.

    A knob that only one of them has is None for the other.
    """

    def values(settings: Settings) -> dict[str, object]:
        optimizer = settings.optimizer if "optimizer" in settings.lesson.knobs else None
        names = ("stage", *knobs.knobs(settings.lesson, optimizer))
        return {name: getattr(settings, name) for name in names}

    left, right = values(one), values(other)
    names = [name for name in KNOBS if name in left or name in right]
    rows = [(n, left.get(n), right.get(n), left.get(n) != right.get(n)) for n in names]
    return sorted(rows, key=lambda row: not row[3])
