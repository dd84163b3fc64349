"""What came of a race, and of one step of it, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.jobs.failure import Failure

Array = NDArray[np.float64]

GROWN = 10.0  # times as high in the last third of a run as in the first: it runs away


@dataclass(frozen=True)
class Landscape:
    """The function on a grid: `loss` has a row for each y and a column for each x."""

    x: Array
    y: Array
    loss: Array


@dataclass(frozen=True)
class Run:
    """What one racer did, before each step and after the last.

    loss: shape (n,). places: shape (n, 2), the weights that are seen. calls: shape (n,), how many
    gradients its steps had computed, the one here among them. diverged: whether the last loss is
    not a finite number. error: what torch raised, which ended it, or None.
    """

    slug: str
    loss: Array
    places: Array
    calls: NDArray[np.int64]
    diverged: bool
    error: Failure | None = None

    def __repr__(self) -> str:
        """Return in one line who ran, how far, and where that led."""
        place = ", ".join(f"{value:.4g}" for value in self.places[-1])
        return (
            f"Run({self.slug}, {len(self.loss) - 1} steps: loss {self.loss[-1]:.4g} at ({place}))"
        )

    @property
    def finite(self) -> Array:
        """The losses that are finite."""
        return self.loss[:-1] if self.diverged else self.loss

    @property
    def ran_away(self) -> int | None:
        """The epoch from which the loss stays above the first and keeps growing, or None.

        It is None too where the loss is no longer finite in the end: then it has `diverged`.
        """
        if self.diverged or len(self.loss) < 4:
            return None
        height = self.loss - self.loss.min()
        third = len(height) // 3
        early, late = height[: third + 1].max(), height[-third:].max()
        if not late > GROWN * early or height[-1] < late / GROWN:
            return None
        return int(np.flatnonzero(self.loss <= self.loss[0])[-1]) + 1

    def reaches(self, goal: float) -> int | None:
        """Return the first epoch whose loss is at most `goal`, or None."""
        at = np.flatnonzero(self.finite <= goal)
        return int(at[0]) if len(at) else None


@dataclass(frozen=True)
class Quantity:
    """One of the quantities that make a step: as torch has it, and as the lesson by hand has it.

    name: torch's own, where torch keeps it.
    """

    name: str
    torch: tuple[float, ...] = ()
    by_hand: tuple[float, ...] = ()


@dataclass(frozen=True)
class Apart:
    """One step of one racer.

    before, change: of all trained weights. quantities: in the order in which they are worked out.
    state: what `optimizer.state_dict()` holds after the step, by torch's names, as text.
    off: the largest difference between the weights by torch and by hand over all steps of the
    race, relative to the largest weight; nan where nothing is written by hand.
    near: the function around the step.
    """

    slug: str
    epoch: int
    loss: float
    before: tuple[float, ...]
    change: tuple[float, ...]
    quantities: tuple[Quantity, ...]
    state: tuple[tuple[str, str], ...]
    off: float
    near: Landscape

    def quantity(self, *names: str) -> Quantity | None:
        """Return the first of `names` that this step has."""
        known = {quantity.name: quantity for quantity in self.quantities}
        return next((known[name] for name in names if name in known), None)


def ranking(runs: list[Run], goal: float) -> list[Run]:
    """Return `runs`, the first to reach `goal` first; then by the lowest loss at the end."""

    def key(run: Run) -> tuple[float, float]:
        epoch = run.reaches(goal)
        last = float(run.loss[-1])
        gone = run.diverged or run.ran_away is not None
        return (np.inf if epoch is None else epoch, np.inf if gone else last)

    return sorted(runs, key=key)
