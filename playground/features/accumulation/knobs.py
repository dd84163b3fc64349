"""What a learner may change on the page about accumulation, and what its lessons give.

No torch here: the web process reads these, and `running` makes them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, catalog, data
from playground.core.settings import Knob, Settings, knob

Array = NDArray[np.float64]

CLEARINGS = ("keep", "zero_", "none", "zero_grad", "zero_grad_zeros")
OPERATIONS = ("product", "sum")
CUTS = ("equal", "unequal")
DIVISIONS = ("full", "by_k", "by_share", "no")
UPDATES_OF_ZERO_GRAD = ("clear", "forget", "momentum")
POINTS = 2520  # every k from 1 to 10 divides it
UPDATES = 100


class Checked:
    """Settings that keep the rules of their knobs; ValueError names the value and the rule."""

    def __post_init__(self) -> None:
        for name, rule in rules(type(self)).items():
            object.__setattr__(self, name, rule.check(name, getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class Loop(Checked):
    """One loss, its backward pass repeated, and how `.grad` is cleared in between."""

    clearing: str = knob("keep", choices=CLEARINGS)
    steps: int = knob(3, low=1, high=8)


@dataclass(frozen=True, kw_only=True)
class Retain(Checked):
    """Several backward passes through one graph."""

    operation: str = knob("product", choices=OPERATIONS)
    retain_graph: bool = knob(True)
    calls: int = knob(3, low=1, high=6)


@dataclass(frozen=True, kw_only=True)
class MicroBatches(Checked):
    """One batch in k parts, and the rate of the steps they make together."""

    k: int = knob(4, low=1, high=10)
    cut: str = knob("equal", choices=CUTS)
    rate: float = knob(2e-3, low=1e-5, high=1e-2, log=True)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many points each part has: the same, or one, two ... k times as many."""
        shares = np.ones(self.k) if self.cut == "equal" else np.arange(1, self.k + 1)
        ends = np.round(POINTS * np.cumsum(shares) / shares.sum()).astype(int)
        return tuple(np.diff(ends, prepend=0).tolist())


@dataclass(frozen=True, kw_only=True)
class Forgotten(Checked):
    """The fit of the `autograd` stage, with and without `zero_grad`.

    The names are not the stages' own: a rate for plain descent is no choice for this page, and a
    widget's name is one for the whole visit.
    """

    fit_rate: float = knob(1e-6, low=1e-8, high=1e-5, log=True)
    fit_epochs: int = knob(200, low=10, high=1000)


PARTS: Mapping[str, type[Loop] | type[Retain] | type[MicroBatches] | type[Forgotten]] = (
    MappingProxyType(
        {"loop": Loop, "retain": Retain, "micro_batches": MicroBatches, "forgotten": Forgotten}
    )
)


def rules(part: type) -> dict[str, Knob]:
    """Return the knobs of a part, by name, with the rule of each."""
    return {f.name: f.metadata["knob"] for f in dataclasses.fields(part)}


def source(part: str) -> str:
    """Return the text of the lesson that runs for `part`."""
    return catalog.text(catalog.LESSONS / "autograd" / f"accumulate_{part}.py")


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
    error: what torch raised in this call, or nothing.
    """

    w_grad: float | None
    b_grad: float | None
    keeps: tuple[str, ...]
    freed: bool
    error: str = ""


@dataclass(frozen=True)
class Walk:
    """Backward calls through one graph; the first entry is the state before them."""

    operation: str
    retain_graph: bool
    calls: tuple[Call, ...]

    @property
    def error(self) -> str:
        """What torch raised, or nothing."""
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
        """Whether the loss left the finite numbers."""
        return not bool(np.isfinite(self.loss[-1]))


def difference(one: Fit, other: Fit) -> float:
    """Return the largest relative difference between the losses and weights of two fits.

    It is 0 only if all are equal, and infinite where one alone is 0 or no finite number.
    """
    ours = np.column_stack([one.loss, one.weights])
    theirs = np.column_stack([other.loss, other.weights])
    if ours.shape != theirs.shape:
        return float("inf")
    unlike = ~((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))
    with np.errstate(divide="ignore", invalid="ignore"):
        gaps = np.abs(ours[unlike] - theirs[unlike]) / np.abs(theirs[unlike])
    return float(np.nan_to_num(gaps, nan=np.inf, posinf=np.inf).max(initial=0.0))


def mean_loss() -> analysis.Quadratic:
    """Return floor, curvature and best weights of the micro-batches' loss, a mean over points."""
    best = analysis.quadratic(*data.sample("sin", POINTS), degree=3)
    return analysis.Quadratic(best.weights, best.floor / POINTS, best.hessian / POINTS)


def summed_loss() -> analysis.Quadratic:
    """Return floor, curvature and best weights of the `autograd` stage's loss, a sum."""
    return analysis.quadratic_for(Settings.of("autograd"))


def period(rate: float, curvature: float) -> float:
    """Return after how many steps a descent that forgets to clear is back where it was.

    Along one direction of a quadratic loss it follows w'' = -curvature w in steps:
    w[k+1] - 2 w[k] + w[k-1] = -rate curvature w[k]. From w[0] = 1 and at rest this leads to
    w[k] = cos((k + 1/2) t) / cos(t / 2), where cos t = 1 - rate curvature / 2. Infinite if the
    rate is above 4 / curvature: then it grows instead.
    """
    cosine = 1 - rate * curvature / 2
    return float(2 * np.pi / np.arccos(cosine)) if abs(cosine) < 1 else float("inf")
