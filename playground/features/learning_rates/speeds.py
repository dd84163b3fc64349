"""How fast descent goes along each eigen-direction: what algebra tells, and what a run did."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.core.analysis import Quadratic
from playground.core.history import History
from playground.core.motion import AT_THE_BORDER, Steps, multipliers
from playground.core.settings import Settings

Array = NDArray[np.float64]

ROUNDING = 300.0  # times the spacing of floats: a smaller distance is rounding


def factors(best: Quadratic, rate: float, momentum: float = 0.0) -> Array:
    """Return by what one epoch multiplies the distance, along each eigen-direction, ascending.

    Plain descent: 1 - rate lambda, with its sign. With momentum, the size of the larger of the
    direction's `multipliers`.
    """
    found = multipliers(best.eigenvalues, Steps(rate=rate, momentum=momentum))[:, 0]
    return np.abs(found) if momentum else found.real


def measured(run: History, best: Quadratic, fit: Settings) -> list[float | None]:
    """Return the same as `factors`, measured on `run`; None where rounding hides it.

    It is the slope of the logarithm of the distance over the snapshots, from the first to the
    last one above rounding; snapshots with larger distances have more weight. The sign is that of
    the ratio of two distances that are an odd number of epochs apart.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        away = (run.weights - best.weights) @ np.linalg.eigh(best.hessian)[1]
    kind = np.float32 if fit.lesson.on_tensors else np.float64
    largest = np.maximum.accumulate(np.abs(run.weights).max(axis=1))
    least = ROUNDING * float(np.finfo(kind).eps) * np.maximum(1.0, largest)
    return [_measured(run.epochs, along, least, signed=not fit.momentum) for along in away.T]


def _measured(
    epochs: NDArray[np.int64], away: Array, least: Array, *, signed: bool
) -> float | None:
    with np.errstate(invalid="ignore"):
        seen = np.isfinite(away) & (np.abs(away) > least)
    count = len(seen) if seen.all() else int(np.argmin(seen))
    if count < 2:
        return None
    epochs, away, least = epochs[:count], away[:count], least[:count]
    size = np.abs(away)
    factor = math.exp(float(np.polyfit(epochs, np.log(size), 1, w=size / least)[0]))
    odd = np.flatnonzero(np.diff(epochs) % 2)
    if signed and len(odd):
        factor *= float(np.sign(away[odd[0] + 1] * away[odd[0]]))
    return factor


def tenfold(factor: float) -> float:
    """Return after how many epochs a distance is a tenth; infinite where it does not shrink."""
    size = abs(factor)
    if size >= 1 - AT_THE_BORDER:
        return math.inf
    return 1.0 if size == 0 else max(1.0, math.log(0.1) / math.log(size))
