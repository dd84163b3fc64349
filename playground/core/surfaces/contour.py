"""Lines of equal loss over two weights, with the directions of the valley."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import DATA, FIT, LOSS, TARGET, Figure, axis, mark
from playground.core.replay import Panel
from playground.core.rounding import finite
from playground.core.settings import Settings
from playground.core.surfaces.shared import axes, line, path_of, window

Array = NDArray[np.float64]

FLAT = 1e-14  # of the largest curvature: one below it has no direction of its own
LEVELS = 10  # lines of equal loss
TURN = np.linspace(0, 2 * np.pi, 41)


def panel(history: History, settings: Settings, best: analysis.Quadratic, _: Translate) -> Panel:
    """Draw lines of equal loss over (w, b), the run's path, and the directions of the valley."""
    path = path_of(history, best)
    low, high = window(path, best)
    still = [
        _levels(best, low, high, _),
        *_directions(best, low, high),
        line(path[:, 0], path[:, 1], line={"color": FIT, "width": 1.5}, opacity=0.75),
        line(*best.weights[:, None], mode="markers", marker=mark(TARGET, "x", 9)),
    ]
    at = [[{"x": finite(w), "y": finite(b)}] for w, b in path]
    marker = line([], [], mode="markers", marker=mark(FIT, "circle", 11)) | at[-1][0]
    layout = axes(
        axis(history.names[0], 4, range=finite([low[0], high[0]])),
        axis(history.names[1], 14, range=finite([low[1], high[1]])),
    )
    return Panel(still, [marker], at, layout)


def _levels(best: analysis.Quadratic, low: Array, high: Array, _: Translate) -> Figure:
    """Return the lines of equal loss: exact ellipses about the lowest point."""
    values, directions = np.linalg.eigh(best.hessian)
    corners = np.array([[w, b] for w in (low[0], high[0]) for b in (low[1], high[1])])
    away = (corners - best.weights) @ directions
    most = float((values * away**2).sum(axis=1).max()) / 2
    circle = np.stack([np.cos(TURN), np.sin(TURN)])
    xs: list[float | None] = []
    ys: list[float | None] = []
    text: list[str] = []
    for rise in most * 2.0 ** -np.arange(1, 2 * LEVELS, 2):
        halves = np.sqrt(2 * rise / np.maximum(values, FLAT * values[-1]))
        w, b = best.weights[:, None] + directions @ (halves[:, None] * circle)
        xs += [*finite(w), None]
        ys += [*finite(b), None]
        text += [_("loss {loss:.4g}").format(loss=best.floor + rise)] * (len(TURN) + 1)
    thin = {"color": LOSS, "width": 1, "shape": "spline"}
    return line(xs, ys, text=text, line=thin, opacity=0.7, hoverinfo="text")


def _directions(best: analysis.Quadratic, low: Array, high: Array) -> list[Figure]:
    """Return the eigenvectors of the curvature through the lowest point, each with its value."""
    values, directions = np.linalg.eigh(best.hessian)
    drawn = []
    for value, direction in zip(values, directions.T, strict=True):
        ends, place = _across(best.weights, direction, low, high)
        drawn.append(
            line(*ends, mode="lines+text", line={"color": DATA, "width": 1.5, "dash": "dash"})
            | {
                "text": [f"λ = {value:.3g}", ""],
                "textposition": place,
                "textfont": {"color": DATA, "size": 12},
            }
        )
    return drawn


def _across(middle: Array, direction: Array, low: Array, high: Array) -> tuple[Array, str]:
    """Return the ends, a column each, of a line across the window, and where a label goes.

    The end farther from the middle, where fewest lines of equal loss run, comes first.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.sort(np.stack([low - middle, high - middle]) / direction, axis=0)
    first, last = 0.94 * np.nanmax(reach[0]), 0.94 * np.nanmin(reach[1])
    far, near = (first, last) if -first > last else (last, first)
    ends = middle[:, None] + direction[:, None] * np.array([far, near])
    return ends, _beside(*((ends.T - low) / (high - low)))


def _beside(end: Array, other: Array) -> str:
    """Return where a label stands beside the end of a line, off the line and in the window."""
    right, up = other - end
    side = "left" if right > 0 else "right"
    room = end[0] > 0.15 if side == "left" else end[0] < 0.85
    if abs(up) > 0.25 and room:
        return f"middle {side}"
    lower = up > 0 if abs(up) > 0.25 else end[1] > 0.5
    return f"{'bottom' if lower else 'top'} {'left' if end[0] > 0.5 else 'right'}"
