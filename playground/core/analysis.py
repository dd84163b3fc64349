"""What can be computed about a fit: its floor, its curvature, and how near to them a run came."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.core import data
from playground.core.history import History
from playground.core.settings import Settings
from playground.core.weights import flat, shapes

Array = NDArray[np.float64]

CONVERGED_WITHIN = 0.01  # of the floor
CONVERGED_BELOW = 1e-10  # of the first loss, where the floor is 0


@dataclass(frozen=True)
class Quadratic:
    """The loss of a fit, a quadratic form of its weights.

    weights: shape (n,), the least-squares weights.
    floor: the loss they leave, the lowest that any weights reach; 0 where float32, which most
        lessons train in, cannot tell the points from the curve.
    hessian: shape (n, n), the second derivatives of what the steps descend: the loss.
    share: what the loss is of what the steps descend; 1 but where they follow the sum of the
        squared errors and the loss is their mean.
    bends: shape (n,), the eigenvalues of the hessian, ascending, where more of their digits are
        known than it has.
    """

    weights: Array
    floor: float
    hessian: Array
    share: float = 1.0
    bends: Array | None = None

    def at(self, weights: Array) -> float:
        """Return the loss at `weights`, shape (n,)."""
        away = weights - self.weights
        return self.floor + self.share * float(away @ self.hessian @ away) / 2

    @property
    def eigenvalues(self) -> Array:
        """Curvature along each eigen-direction, ascending."""
        if self.bends is not None:
            return self.bends
        values: Array = np.linalg.eigvalsh(self.hessian).astype(np.float64)
        return np.maximum(values, 0.0)  # rounding may leave a flat one below 0

    @property
    def stable_rate(self) -> float:
        """The largest stable rate of plain gradient descent, 2 / lambda_max.

        Source: Goh, "Why Momentum Really Works", Distill 2017, doi:10.23915/distill.00006.
        """
        return float(2 / self.eigenvalues[-1])


def quadratic(x: Array, y: Array, degree: int) -> Quadratic:
    """Return the quadratic form that is the loss of a `degree` polynomial on x, y, shape (n,).

    Its weights have the constant term first; its loss is the sum of the squared errors.
    """
    return least_squares(np.vander(x, degree + 1, increasing=True), y)


def least_squares(
    columns: Array, y: Array, *, mean: bool = False, summed: bool = False
) -> Quadratic:
    """Return the quadratic form that is the squared error of `columns @ weights - y`.

    columns: shape (points, weights). y: shape (points,). mean: whether the loss is the mean of the
    squared errors, or their sum. summed: whether the steps follow the gradient of the sum even so.
    """
    weights: Array = np.linalg.lstsq(columns, y, rcond=None)[0].astype(np.float64)
    share = 1 / len(y) if mean else 1.0
    floor = share * float(np.square(columns @ weights - y).sum())
    if floor < share * float(y @ y) * float(np.finfo(np.float32).eps) ** 2:
        floor = 0.0
    descended = 1.0 if summed else share
    hessian = 2 * descended * columns.T @ columns
    return Quadratic(weights, floor, hessian, share / descended, _bends(columns, descended))


def _bends(columns: Array, share: float) -> Array:
    """Return the eigenvalues of 2 share columns' columns, ascending: from the singular values.

    The product squares the condition, and a flat direction would be lost in its rounding.
    """
    found = np.zeros(columns.shape[1])
    sizes = np.linalg.svd(columns, compute_uv=False)
    found[: len(sizes)] = 2 * share * np.square(sizes)
    return np.asarray(np.sort(found), dtype=np.float64)


PROBLEM = (
    "ladder", "stage", "target", "data", "points", "noise", "seed", "degree", "gradient", "centre",
)  # fmt: skip


def quadratic_for(settings: Settings) -> Quadratic:
    """Return the least-squares weights, the floor and the curvature that `settings` lead to.

    The weights are in the lesson's order where the loss is quadratic in them; else they are those
    of the polynomial, constant term first. Raises ValueError where the lesson's form knows none.
    """
    return _quadratic_of(Settings(**{name: getattr(settings, name) for name in PROBLEM}))


@lru_cache(maxsize=256)
def _quadratic_of(problem: Settings) -> Quadratic:
    x, y = data.sample_for(problem)
    summed = problem.gradient == "notebook"
    return least_squares(columns(problem, x), y, mean=problem.mean, summed=summed)


def sought(settings: Settings) -> Quadratic | None:
    """Return `quadratic_for`, or None where least squares does not find the best weights."""
    return quadratic_for(settings) if settings.lesson.form.least_squares else None


def floor(settings: Settings) -> float:
    """Return the loss that no weights go below: 0 where no higher one is known."""
    best = sought(settings)
    return best.floor if best else 0.0


def columns(settings: Settings, x: Array) -> Array:
    """Return what each weight is multiplied with to predict at `x`: shape (len(x), weights)."""
    return settings.lesson.form.columns(settings, x)


def curves(settings: Settings, weights: Array, x: Array) -> Array:
    """Return what `weights`, shape (n, columns of a history), predict: (variants, n, len(x)).

    There is one variant, except where chance decides what a forward pass adds.
    """
    return settings.lesson.form.curves(settings, weights, x)


def near(floor: float, first: float) -> float:
    """Return the loss that counts as arrived: 1 % above `floor`.

    At a floor of 0 it is a ten-billionth of the first loss.
    """
    return (1 + CONVERGED_WITHIN) * floor if floor > 0 else CONVERGED_BELOW * first


def beginning(settings: Settings) -> History:
    """Return what is known before the first epoch: the starting weights, and their loss.

    The loss is nan where it depends on what the first forward pass will draw.
    """
    weights = flat(data.start(settings))[None]
    x, y = data.sample_for(settings)
    predicted = curves(settings, weights, x)
    squares = np.square(predicted[0, 0] - y)
    loss = squares.mean() if settings.mean else squares.sum()
    if len(predicted) > 1:
        loss = np.nan
    return History(
        names=data.names(settings),
        shapes=shapes(settings.weights),
        loss=np.array([loss]),
        epochs=np.array([0]),
        weights=weights,
    )


def gap_closed(run: History, floor: float) -> float:
    """Return the share of the way from the first loss down to `floor` that `run` has gone."""
    loss = run.finite
    way = float(loss[0]) - floor if len(loss) else 0.0
    return (float(loss[0]) - float(loss[-1])) / way if way > 0 else 0.0
