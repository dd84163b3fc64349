"""The weights of a fit, written in other bases: the same curves, another curvature."""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.analysis import Quadratic
from playground.core.settings import Settings

Array = NDArray[np.float64]

BASES = ("raw", "scaled", "orthogonal")


def problem(fit: Settings, basis: str = "raw") -> tuple[Array, Array, Array]:
    """Return columns, y and starting weights of `fit`, its weights written in one of `BASES`.

    Every basis spans the same curves and starts at the same one; raw is the lessons' own.
    Shapes: (points, n), (points,), (n,).
    """
    x, y = data.sample_for(fit)
    raw = analysis.columns(fit, x)
    start = np.array(data.start(fit))
    if basis == "raw":
        return raw, y, start
    if basis == "scaled":
        largest = np.abs(raw).max(axis=0)
        return raw / largest, y, start * largest
    shifted = 2 * (x - x.min()) / (x.max() - x.min()) - 1
    smooth = legendre.legvander(shifted, raw.shape[1] - 1)
    if raw.shape[1] == 1:  # one weight has no constant to be orthogonal to
        smooth = raw
    turned, triangle = np.linalg.qr(smooth)
    columns = turned * (np.sign(np.diag(triangle)) * math.sqrt(len(x)))
    return columns, y, columns.T @ (raw @ start) / len(x)


def quadratic(fit: Settings, basis: str) -> Quadratic:
    """Return the floor and the curvature of `fit` in one of `BASES`."""
    columns, y, _ = problem(fit, basis)
    return analysis.least_squares(columns, y, mean=fit.mean)
