"""How a run went: from the loss as it was recorded, and from algebra where that is exact."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, history
from playground.core import motion as motions
from playground.core.analysis import Quadratic
from playground.core.course import Course, change_of_swings, turns
from playground.core.history import History
from playground.core.motion import Motion
from playground.core.settings import Settings

Array = NDArray[np.float64]

KINDS = (
    "started", "converged", "flat", "falling", "stalled", "damped", "swinging", "wandering",
    "creeping", "returned", "growing", "diverged",
)  # fmt: skip
"""What a run can come to.

started: too few epochs to tell. converged: loss and weights are there. flat: the loss is there, the
weights are not, along a direction in which it is flat. falling: on its way. stalled: it hardly
moves. damped: it swings, and the swings die down. swinging: algebra knows that they never do.
wandering: it goes up and down, and the swings do not die down. creeping: it rises again,
by little. returned: it grew and came back.
growing: it grows. diverged: it is no longer a finite number.
"""

WEIGHTS_WITHIN = 0.05  # of the way from the start, along each eigen-direction
HELD_ABOVE = 1.001  # times the floor: weight decay holds the loss there
STALLED_BELOW = 1e-4  # of the loss, per hundred epochs
FAR_ABOVE = 10.0  # times the first loss
ALL_BUT_ALWAYS = 0.9  # of the steps
WELL_ABOVE = 1.2  # times the lowest
SMALLER = 0.8  # of the earlier swings
STEADY, STEADY_FROM = 0.1, 10  # between the speeds of two halves of so many epochs, for a forecast
BACK = 100  # epochs to look back


@dataclass(frozen=True)
class Verdict:
    """How a run went, in one of `KINDS`, and the numbers that say so."""

    kind: str
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Goal:
    """Where a run should end.

    floor: the loss that no weights go below, or 0. loss: the one where its steps come to rest.
    rest: shape (n,), the weights there, or None if nobody knows them. best: the quadratic form that
    the loss is, where it is one. motion: what algebra knows of the way there. draws: whether chance
    decides at every epoch what the loss is of.
    """

    floor: float
    loss: float
    rest: Array | None = None
    best: Quadratic | None = None
    motion: Motion | None = None
    draws: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Goal:
        """Return that of a run with `settings`."""
        if moved := motions.motion(settings):
            return cls.along(moved)
        best, floor = analysis.sought(settings), analysis.floor(settings)
        rest = motions.rest(settings)
        loss = floor if best is None or rest is None else best.at(rest)
        return cls(floor, loss, rest, best, draws=bool(settings.lesson.draws))

    @classmethod
    def along(cls, moved: Motion) -> Goal:
        """Return that of a run that moves as algebra knows."""
        return cls(moved.best.floor, moved.rest_loss, moved.rest, moved.best, moved)

    def left(self, run: History) -> float | None:
        """Return the largest share of its way that a direction still has to go; None if unknown.

        The way is at least the mean one of all directions: else a direction that began at its end
        could never be there.
        """
        if self.rest is None or self.best is None or not len(run.weights):
            return None
        directions = np.linalg.eigh(self.best.hessian)[1]
        start, end = (directions.T @ (run.weights[k] - self.rest) for k in (0, -1))
        way = np.maximum(np.abs(start), math.sqrt(float(np.mean(start**2))))
        return float(np.max(np.abs(end) / way)) if way.all() else 0.0


def judge(run: History, settings: Settings) -> Verdict:
    """Return the verdict on the run that `settings` made."""
    return verdict(run, Goal.of(settings))


def verdict(run: History, goal: Goal) -> Verdict:
    """Return the verdict on `run`: the first of what can be said that holds.

    Where chance draws what the loss is of, it jumps: the middles of blocks of epochs are judged.
    """
    loss = run.finite
    if run.ended == history.DIVERGED:
        return Verdict("diverged", {"epoch": len(loss)})
    if len(loss) < 3:
        return Verdict("started", {"epochs": len(loss)})
    seen = Course.smoothed(loss) if goal.draws else Course(loss)
    found = _arrived(seen, goal, goal.left(run)) or _rising(seen, goal) or _swinging(seen, goal)
    found = found or _on(seen, goal)
    return Verdict(found.kind, found.numbers | {"block": seen.block}) if goal.draws else found


def _arrived(seen: Course, goal: Goal, left: float | None) -> Verdict | None:
    """Return a verdict if the loss has stayed near the goal."""
    near = analysis.near(goal.loss, float(seen.loss[0]))
    if not (seen.last <= near and np.median(seen.tail) <= near):
        return None
    times = _times(seen.last, goal.loss)
    above = 100 * max(0.0, times - 1) if goal.loss > 0 else 0.0
    numbers = {"loss": seen.last, "times": times, "percent": above}
    if left is not None:
        numbers["left"] = 100 * left
    if goal.loss > HELD_ABOVE * goal.floor:
        numbers["held"] = goal.loss
    return Verdict("flat" if left is not None and left > WEIGHTS_WITHIN else "converged", numbers)


def _rising(seen: Course, goal: Goal) -> Verdict | None:
    """Return a verdict if the loss rises at the end."""
    loss, tail = seen.loss, seen.tail
    rises = float((np.diff(tail) > 0).mean())
    grown = rises > ALL_BUT_ALWAYS and seen.last > WELL_ABOVE * loss.min()
    far = tail.max() > FAR_ABOVE * loss[0] and seen.last > tail.max() / 2
    if grown or far:
        return _by_algebra(seen, goal) or _growing(seen)
    return None


def _growing(seen: Course) -> Verdict:
    turn = int(seen.loss.argmin())
    low = float(seen.loss[turn])
    numbers = {"loss": seen.last, "low": low, "turn": turn * seen.block}
    return Verdict("growing", numbers | {"times": _times(seen.last, low)})


def _by_algebra(seen: Course, goal: Goal) -> Verdict | None:
    """Return what becomes of a loss that goes up at times, where algebra knows that it is bounded.

    A swing that is slower than the run is long looks like a loss that grows.
    """
    moved = goal.motion
    if not (moved and moved.swings and moved.factor <= 1):
        return None
    kind = "damped" if moved.factor < 1 else "swinging"
    return Verdict(kind, _band(seen.late, seen, goal) | {"factor": moved.factor})


def _band(part: Array, seen: Course, goal: Goal) -> dict[str, float]:
    """Return the numbers of the `part` of a loss within which it goes up and down."""
    return {
        "low": float(part.min()),
        "high": float(part.max()),
        "epochs": len(part) * seen.block,
        "loss": seen.last,
        "times": _times(seen.last, goal.floor),
    }


def _swinging(seen: Course, goal: Goal) -> Verdict | None:
    """Return a verdict if the loss goes up and down in the second half of the run."""
    peaks, troughs = turns(seen.late)
    if not peaks:
        return None
    if goal.motion:
        return _by_algebra(seen, goal) or _growing(seen)
    numbers = _band(seen.late[troughs[0] :], seen, goal)
    change = change_of_swings(seen.late, peaks, troughs)
    if change is None or goal.draws:
        return Verdict("wandering", numbers)
    return Verdict("damped" if change < SMALLER else "wandering", numbers | {"change": change})


def _on(seen: Course, goal: Goal) -> Verdict:
    """Return the verdict on a loss that falls, or hardly does, or rises again by little."""
    back = seen.back(BACK)
    epochs = back * seen.block
    fallen = 1 - _times(seen.last, float(seen.loss[-1 - back]))
    least = STALLED_BELOW * epochs / BACK
    numbers = {"loss": seen.last, "times": _times(seen.last, goal.floor), "epochs": epochs}
    if fallen < -least:
        risen = Verdict("creeping", numbers | {"percent": -100 * fallen})
        return _by_algebra(seen, goal) or risen
    numbers["percent"] = 100 * fallen
    top = int(seen.loss.argmax())
    if seen.loss[top] > FAR_ABOVE * seen.loss[0]:
        numbers |= {"high": float(seen.loss[top]), "top": top * seen.block}
    arrival = _forecast(seen, goal)
    if arrival is not None:
        numbers["arrival"] = arrival
    if fallen < least:
        return Verdict("stalled", numbers)
    return Verdict("returned" if "high" in numbers else "falling", numbers)


def _forecast(seen: Course, goal: Goal) -> float | None:
    """Return the epoch at which the loss will be near its goal, at the speed of the last epochs.

    None where that is not steady, or where algebra knows better.
    """
    near = analysis.near(goal.loss, float(seen.loss[0]))
    half = min(seen.back(BACK), (len(seen.loss) - 1) // 2)
    if half < STEADY_FROM or goal.motion or goal.best is None:
        return None
    excess = seen.loss[[-1 - 2 * half, -1 - half, -1]] - goal.loss
    if not (np.diff(excess) < 0).all() or excess[-1] <= 0:
        return None
    earlier, later = np.log(excess[:-1] / excess[1:]) / half
    if abs(earlier / later - 1) > STEADY:
        return None
    ahead = float(np.ceil(np.log(excess[-1] / (near - goal.loss)) / later))
    return (len(seen.loss) - 1 + ahead) * seen.block


def _times(loss: float, beside: float) -> float:
    """Return how many times `beside` a loss is; infinite where that is 0."""
    return loss / beside if beside > 0 else math.inf
