"""What the lessons on accumulation give, as plain data: `work` makes it, the page shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.jobs.failure import Failure

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cleared:
    """What one way to clear leads to.

    after_backward, after_clearing: the four entries of `weights.grad` at each step, or None.
    same_tensor: whether the second step's gradient lies in the first one's tensor.
    first: what the first step's tensor holds at the end.
    """

    clearing: str
    after_backward: tuple[tuple[float, ...], ...]
    after_clearing: tuple[tuple[float, ...] | None, ...]
    same_tensor: bool
    first: tuple[float, ...]


@dataclass(frozen=True)
class Call:
    """The state after one backward call, or before the first.

    keeps: the tensors in the graph that backward needs, such as `MulBackward0: other = 4`.
    freed: whether they are gone.
    error: what torch raised in this call, or None.
    """

    w_grad: float | None
    b_grad: float | None
    keeps: tuple[str, ...]
    freed: bool
    error: Failure | None = None


@dataclass(frozen=True)
class Walk:
    """Backward calls through one graph; the first entry is the state before them."""

    operation: str
    retain_graph: bool
    calls: tuple[Call, ...]

    @property
    def error(self) -> Failure | None:
        """What torch raised, or None."""
        return self.calls[-1].error


@dataclass(frozen=True)
class Division:
    """A fit whose batch was divided in one way.

    gradients: shape (parts, 4), what `.grad` held after each backward call of the first step.
    loss: shape (steps,), the mean over all points before each step; it ends where it is infinite.
    """

    divide: str
    gradients: Array
    loss: Array

    def times(self, full: Division) -> float:
        """Return how many times as long the gradient is as the full batch's."""
        return float(np.linalg.norm(self.gradients[-1]) / np.linalg.norm(full.gradients[-1]))

    def off(self, full: Division) -> float:
        """Return how far the gradient is from the full batch's, relative to its length."""
        gap = self.gradients[-1] - full.gradients[-1]
        return float(np.linalg.norm(gap) / np.linalg.norm(full.gradients[-1]))


@dataclass(frozen=True)
class Fit:
    """A fit under one rule for clearing.

    loss: shape (epochs,); it ends where it is infinite. weights, gradients: shape (epochs, 4),
    what the weights and their `.grad` held at each step.
    """

    update: str
    loss: Array
    weights: Array
    gradients: Array

    @property
    def diverged(self) -> bool:
        """Whether the loss became infinite or nan."""
        return not bool(np.isfinite(self.loss[-1]))


def difference(one: Fit, other: Fit) -> float:
    """Return the largest relative difference between the losses and weights of two fits.

    It is 0 only if all are equal, and infinite where only one of two is 0, infinite or nan.
    """
    ours = np.column_stack([one.loss, one.weights])
    theirs = np.column_stack([other.loss, other.weights])
    if ours.shape != theirs.shape:
        return float("inf")
    unlike = ~((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.abs(ours[unlike] - theirs[unlike]) / np.abs(theirs[unlike])
    return float(np.nan_to_num(gaps, nan=np.inf, posinf=np.inf).max(initial=0.0))
