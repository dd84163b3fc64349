"""How plain descent and momentum move on a quadratic loss: what algebra knows before the run.

Along each eigen-direction of the curvature a step of SGD is linear in the distance to the point of
rest and in the velocity. So two multipliers a direction, the roots of a polynomial, say what every
epoch does. Source: Goh, "Why Momentum Really Works", Distill 2017, doi:10.23915/distill.00006; the
step is that of torch.optim.SGD, whose velocity is a sum of gradients.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.analysis import Quadratic
from playground.core.settings import OPTIMIZERS, Settings
from playground.core.weights import flat

Array = NDArray[np.float64]

AT_THE_BORDER = 1e-9  # a multiplier so near to 1 counts as 1
THERE = 1e-12  # of the largest distance: a start that near is at rest along a direction
LATEST = 10**12  # epochs that are looked ahead


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The knobs of SGD that decide how it moves."""

    rate: float
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    @classmethod
    def of(cls, settings: Settings) -> Steps | None:
        """Return those of `settings`; None where another rule makes the step."""
        if "optimizer" not in settings.lesson.knobs:
            return cls(rate=settings.learning_rate)
        if not OPTIMIZERS[settings.optimizer].plain:
            return None
        return cls(
            rate=settings.learning_rate,
            momentum=settings.momentum,
            nesterov=settings.nesterov,
            weight_decay=settings.weight_decay,
        )

    @property
    def border_at_1(self) -> float:
        """The rate at which a curvature of 1 no longer comes to rest.

        It is 2 for plain descent, 2 (1 + momentum), or with Nesterov's step
        2 (1 + momentum) / (1 + 2 momentum).
        """
        ahead = 1 + 2 * self.momentum if self.nesterov else 1.0
        return 2 * (1 + self.momentum) / ahead


def multipliers(curvatures: Array, steps: Steps) -> NDArray[np.complex128]:
    """Return the two multipliers of each direction: shape (n, 2), the larger by its size first.

    They are the roots of z^2 - (1 + momentum - rate lambda) z + momentum, or with Nesterov's step
    of z^2 - (1 + momentum) (1 - rate lambda) z + momentum (1 - rate lambda).
    """
    momentum, step = steps.momentum, steps.rate * curvatures
    if steps.nesterov:
        middle, last = (1 + momentum) * (1 - step), momentum * (1 - step)
    else:
        middle, last = 1 + momentum - step, np.full_like(step, momentum)
    spread = np.sqrt((middle**2 - 4 * last).astype(complex))
    pair = np.stack([middle + spread, middle - spread], axis=1).astype(np.complex128) / 2
    order = np.argsort(-np.abs(pair), axis=1, kind="stable")
    found: NDArray[np.complex128] = np.take_along_axis(pair, order, axis=1)
    return found


@dataclass(frozen=True)
class Motion:
    """How the weights move along each eigen-direction of the curvature, ascending.

    best: the loss. steps: how it is descended. start: shape (n,), the weights that they begin at.
    """

    best: Quadratic
    steps: Steps
    start: Array

    @property
    def curvatures(self) -> Array:
        """What the steps see along each direction: the curvature, and the weight decay on it."""
        return self.best.eigenvalues + self.steps.weight_decay

    @property
    def border(self) -> float:
        """The learning rate from which on the steepest direction does not come to rest."""
        return float(self.steps.border_at_1 / self.curvatures[-1])

    @cached_property
    def rest(self) -> Array:
        """The weights, shape (n,), at which the steps come to rest: decay pulls them towards 0."""
        if not self.steps.weight_decay:
            return self.best.weights
        hessian = self.best.hessian
        held = hessian + self.steps.weight_decay * np.eye(len(hessian))
        return np.asarray(np.linalg.solve(held, hessian @ self.best.weights), dtype=np.float64)

    @cached_property
    def roots(self) -> NDArray[np.complex128]:
        """The `multipliers` of its directions: shape (n, 2)."""
        return multipliers(self.curvatures, self.steps)

    @cached_property
    def away(self) -> Array:
        """The distance of the start from rest along each direction: shape (n,)."""
        found: Array = self.directions.T @ (self.start - self.rest)
        return found

    @cached_property
    def directions(self) -> Array:
        """The eigen-directions as columns: shape (n, n), in the order of the curvatures."""
        found: Array = np.linalg.eigh(self.best.hessian)[1]
        return found

    @property
    def moving(self) -> NDArray[np.bool_]:
        """Which directions the start is not at rest along."""
        away = np.abs(self.away)
        return away > THERE * max(1.0, float(away.max()))

    @property
    def factor(self) -> float:
        """By what an epoch multiplies the distance at last, along the direction that lasts longest.

        1 or more means that it does not come to rest; 0 that it is at rest from the start.
        """
        sizes = np.abs(self.roots[self.moving, 0])
        largest = float(sizes.max(initial=0.0))
        return 1.0 if abs(largest - 1) < AT_THE_BORDER else largest

    @property
    def swings(self) -> bool:
        """Whether a direction goes back and forth: its multipliers are negative or complex."""
        first = self.roots[self.moving]
        return bool(((np.abs(first.imag) > 0) | (first.real < 0)).any())

    def distances(self, epochs: Array) -> Array:
        """Return the distance from rest along each direction after `epochs`: (len(epochs), n)."""
        one, other = self.roots.T
        same = np.abs(one - other) < 1e-9  # else the two amplitudes would be infinite
        one, other = np.where(same, one + 1e-9, one), np.where(same, other - 1e-9, other)
        ahead = 1 + self.steps.momentum if self.steps.nesterov else 1.0
        second = self.away * (1 - self.steps.rate * self.curvatures * ahead)
        share = (second - other * self.away) / (one - other)
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            power = np.asarray(epochs, dtype=float)[:, None]
            found: Array = (share * one**power + (self.away - share) * other**power).real
        return found

    def losses(self, epochs: Array) -> Array:
        """Return the loss at `epochs`, shape (len(epochs),), as algebra has it."""
        pulled = self.directions.T @ (self.rest - self.best.weights)
        with np.errstate(over="ignore", invalid="ignore"):
            away = self.distances(epochs) + pulled
            excess: Array = self.best.share * np.square(away) @ self.best.eigenvalues / 2
        return self.best.floor + excess

    def arrives(self) -> int | None:
        """Return the first epoch from which on the loss stays near where it rests; None if never.

        Near is as in `analysis.near`. Beyond the first thousand epochs it is exact to one in five
        hundred.
        """
        near = analysis.near(self.rest_loss, float(self.losses(np.zeros(1))[0]))
        if self.factor >= 1:
            return None
        some = np.unique(np.geomspace(1, LATEST, 14_000).round())
        epochs = np.concatenate([np.arange(1000.0), some[some >= 1000]])
        above = ~(self.losses(epochs) <= near)
        if above[-1]:
            return None
        return int(epochs[np.flatnonzero(above)[-1] + 1]) if above.any() else 0

    @property
    def rest_loss(self) -> float:
        """The loss where the steps come to rest: above the floor where weight decay pulls."""
        return self.best.at(self.rest)


def motion(settings: Settings) -> Motion | None:
    """Return how the run with `settings` moves; None where algebra does not know it."""
    steps = Steps.of(settings)
    if not (steps and settings.lesson.quadratic and settings.lesson.form.least_squares):
        return None
    return _motion(settings, steps)


@lru_cache(maxsize=256)
def _motion(settings: Settings, steps: Steps) -> Motion:
    start = np.asarray(flat(data.start(settings)), dtype=float)
    return Motion(analysis.quadratic_for(settings), steps, start)


def rest(settings: Settings) -> Array | None:
    """Return the weights that the run with `settings` should end at, or None if nobody knows.

    They are those of least squares, unless a weight decay that is part of the gradient pulls them.
    """
    best = analysis.sought(settings)
    if not (best and settings.lesson.quadratic):
        return None
    decay = float(settings.options.get("weight_decay", 0.0))
    if not decay:
        return best.weights
    if settings.optimizer == "AdamW":  # it takes its decay off the weights, not off the gradient
        return None
    return Motion(best, Steps(rate=0.0, weight_decay=decay), best.weights).rest
