"""What a learner may change on the page about accumulation, and the losses its fits descend."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from playground.core import analysis, data
from playground.core.motion import Motion, Steps
from playground.core.settings import Knob, Settings, knob
from playground.core.weights import flat

CLEARINGS = ("keep", "zero_", "none", "zero_grad", "zero_grad_zeros")
OPERATIONS = ("product", "sum")
CUTS = ("equal", "unequal")
DIVISIONS = ("full", "by_k", "by_share", "no")
UPDATES_OF_ZERO_GRAD = ("clear", "forget", "momentum")
POINTS = 2520  # every k from 1 to 10 divides it
UPDATES = 100


@dataclass(frozen=True)
class Checked:
    """Settings that keep the rules of their knobs; ValueError names the value and the rule."""

    def __post_init__(self) -> None:
        for name, rule in rules(self).items():
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
        """How many points each part has: equally many, or in the ratio 1 : 2 : ... : k."""
        shares = np.ones(self.k) if self.cut == "equal" else np.arange(1, self.k + 1)
        ends = np.round(POINTS * np.cumsum(shares) / shares.sum()).astype(int)
        return tuple(np.diff(ends, prepend=0).tolist())


@dataclass(frozen=True, kw_only=True)
class Forgotten(Checked):
    """The fit of the `autograd` stage, with and without `zero_grad`.

    Its knobs have names of their own: a widget's name is one for the whole visit, and the rate
    that was set for a stage would not suit here.
    """

    fit_rate: float = knob(1e-6, low=1e-8, high=1e-5, log=True)
    fit_epochs: int = knob(200, low=10, high=1000)


def rules(of: Checked | type[Checked]) -> dict[str, Knob]:
    """Return the knobs of a part, by name, with the rule of each."""
    return {f.name: f.metadata["knob"] for f in dataclasses.fields(of)}


def mean_loss() -> analysis.Quadratic:
    """Return floor, curvature and best weights of the micro-batches' loss, a mean over points."""
    best = analysis.quadratic(*data.sample("sin", POINTS), degree=3)
    return analysis.Quadratic(best.weights, best.floor / POINTS, best.hessian / POINTS)


def summed_loss() -> analysis.Quadratic:
    """Return floor, curvature and best weights of the `autograd` stage's loss, a sum."""
    return analysis.quadratic_for(Settings.of("autograd"))


def forgetting(settings: Forgotten) -> Motion:
    """Return how the fit moves that forgets to clear: as with a momentum of 1."""
    start = np.asarray(flat(data.start(Settings.of("autograd"))), dtype=float)
    return Motion(summed_loss(), Steps(rate=settings.fit_rate, momentum=1.0), start)


def period(rate: float, curvature: float) -> float:
    """Return after how many steps a descent that forgets to clear is back where it was.

    Along one direction of a quadratic loss it follows w'' = -curvature w in steps:
    w[k+1] - 2 w[k] + w[k-1] = -rate curvature w[k]. From w[0] = 1 and at rest this leads to
    w[k] = cos((k + 1/2) t) / cos(t / 2), where cos t = 1 - rate curvature / 2. Infinite if the
    rate is above 4 / curvature: then it grows instead.
    """
    cosine = 1 - rate * curvature / 2
    return float(2 * np.pi / np.arccos(cosine)) if abs(cosine) < 1 else float("inf")
