"""What the panels of a loss share: the loss itself, the run's path, lines and axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.history import History
from playground.core.plotting import Figure, trace
from playground.core.rounding import finite
from playground.core.settings import Settings

Array = NDArray[np.float64]

HEIGHT = 680
FAR = 3.0  # a path is followed to this many times its first distance from the lowest point
PLACES: Figure = {
    "height": HEIGHT,
    "xaxis2": {"anchor": "y2"},
    "yaxis": {"domain": [0.72, 1.0]},
    "yaxis2": {"domain": [0.48, 0.63]},
}


def loss_at(settings: Settings, best: analysis.Quadratic, weights: Array) -> Array:
    """Return the loss at `weights`, shape (..., n), by its quadratic form."""
    away = weights - best.weights
    curved = np.einsum("...i,ij,...j->...", away, hessian(settings, best), away) / 2
    return np.asarray(best.floor + curved)


def hessian(settings: Settings, best: analysis.Quadratic) -> Array:
    """Return the second derivatives of the loss itself, also where the steps follow a sum."""
    x = data.sample_for(settings)[0]
    return best.hessian / (len(x) if settings.gradient == "notebook" else 1)


def path_of(history: History, best: analysis.Quadratic) -> Array:
    """Return the run's weights, shape (snapshots, n), nan where it has run away."""
    weights = history.weights.astype(float)
    first = np.abs(weights[0] - best.weights).max() or 1.0
    with np.errstate(invalid="ignore"):
        near = np.abs(weights - best.weights).max(axis=1) <= FAR * first
    return np.where(near[:, None], weights, np.nan)


def axes(x: Figure, y: Figure) -> Figure:
    """Return the layout of the panel's axes, and of the panels above it."""
    return PLACES | {
        "xaxis3": {"domain": [0, 1], "anchor": "y3", **x},
        "yaxis3": {"domain": [0.0, 0.37], "anchor": "x3", "nticks": 5, **y},
    }


def line(x: Any, y: Any, **more: Any) -> Figure:
    """Return a trace of the panel."""
    shared: Figure = {"xaxis": "x3", "yaxis": "y3", "hoverinfo": "skip", "showlegend": False}
    return trace(finite(x), finite(y), **shared | more)


def window(path: Array, best: analysis.Quadratic) -> tuple[Array, Array]:
    """Return the lowest and highest weights to show: the path, the lowest point, and some room."""
    seen = np.vstack([path, best.weights])
    low, high = np.nanmin(seen, axis=0), np.nanmax(seen, axis=0)
    wide = np.maximum(high - low, 0.05 * np.maximum((high - low).max(), 1e-6))
    return low - 0.25 * wide, high + 0.25 * wide
