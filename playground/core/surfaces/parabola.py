"""The loss over one weight, with the slope at every snapshot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import FIT, GRADIENT, LOSS, TARGET, Figure, axis, mark
from playground.core.replay import Panel
from playground.core.rounding import finite
from playground.core.settings import Settings
from playground.core.surfaces.shared import axes, hessian, line, loss_at, path_of

Array = NDArray[np.float64]

ROOM = 1.15  # what is seen reaches this many times as far as the run was from the lowest point
DASHES = ("solid", "dot")  # of the loss's slope, and of the one that the steps follow
REACH = 0.22  # of the width: half a tangent, where it lies flat


def panel(history: History, settings: Settings, best: analysis.Quadratic, _: Translate) -> Panel:
    """Draw the loss over w; on it the run's point, and its slope as a tangent.

    Where the steps follow another gradient than the loss's, its slope is drawn too, dotted.
    """
    path = path_of(history, best)[:, 0]
    lowest = float(best.weights[0])
    reach = ROOM * (float(np.nanmax(np.abs(path - lowest))) or 1.0)
    w = np.linspace(lowest - reach, lowest + reach, 33)
    curve, losses = (loss_at(settings, best, at[:, None]) for at in (w, path))
    top = float(curve.max())
    slopes = [hessian(settings, best)[0, 0] * (path - lowest)]
    if settings.gradient == "notebook":
        slopes.append(best.hessian[0, 0] * (path - lowest))
    changes = [_tangents(path, losses, slope, 2 * reach, top) for slope in slopes]
    changes.append(_points(path, losses, slopes[0], _))
    at = [list(frame) for frame in zip(*changes, strict=True)]
    layout = axes(
        axis("w", 4, range=[w[0], w[-1]]),
        axis(_("loss"), 14, range=[-0.12 * top, 1.02 * top]),
    )
    still = [
        line(w, curve, line={"color": LOSS, "width": 2, "shape": "spline"}),
        _steps(path, losses),
        line([lowest], [best.floor], mode="markers", marker=mark(TARGET, "line-ew-open", 12)),
    ]
    styles = [{"color": GRADIENT, "width": 2.5, "dash": dash} for dash in DASHES[: len(slopes)]]
    moving = [line([], [], line=style) for style in styles]
    moving.append(line([], [], mode="markers", marker=mark(FIT, "circle", 11), hoverinfo="text"))
    moving = [trace | change for trace, change in zip(moving, at[-1], strict=True)]
    return Panel(still, moving, at, layout)


def _steps(path: Array, losses: Array) -> Figure:
    marker, thin = {"color": FIT, "size": 6}, {"color": FIT, "width": 1}
    return line(path, losses, mode="lines+markers", line=thin, marker=marker, opacity=0.45)


def _tangents(path: Array, losses: Array, slope: Array, wide: float, top: float) -> list[Figure]:
    """Return a tangent for each snapshot, all equally long on a screen `wide` and 2 `top` high."""
    run = REACH * wide / np.hypot(1, slope * wide / (2 * top))
    ends = run[:, None] * np.array([-1.0, 1.0])
    xs, ys = path[:, None] + ends, losses[:, None] + slope[:, None] * ends
    return [{"x": finite(x), "y": finite(y)} for x, y in zip(xs, ys, strict=True)]


def _points(path: Array, losses: Array, slopes: Array, _: Translate) -> list[Figure]:
    hint = _("w {w:.4g}<br>loss {loss:.4g}<br>slope {slope:.4g}")
    return [
        {"x": finite(w), "y": finite(loss), "text": [hint.format(w=w, loss=loss, slope=slope)]}
        for w, loss, slope in zip(path, losses, slopes, strict=True)
    ]
