"""The loss over the weights, as a panel of a replay: a parabola, level lines, or a relief."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import analysis, data
from playground.figures import Panel
from playground.history import History
from playground.i18n import Translate
from playground.plotting import DATA, FIT, GRID, LOSS, TARGET, Figure
from playground.settings import Settings

Array = NDArray[np.float64]

GRADIENT = "#CC79A7"
HEIGHT = 680
LEVELS = 10  # lines of equal loss
TURN = np.linspace(0, 2 * np.pi, 41)
SIDE = 41  # points a side of the relief
LIFT = 0.015  # of its height: what lies on it is not half hidden in it
FAR = 3.0  # a path is followed to this many times its first distance from the lowest point
PLACES: Figure = {
    "height": HEIGHT,
    "xaxis2": {"anchor": "y2"},
    "yaxis": {"domain": [0.7, 1.0]},
    "yaxis2": {"domain": [0.48, 0.63]},
}


def panel(history: History, settings: Settings, view: str, _: Translate) -> Panel:
    """Return the loss over the weights of a lesson with one or two, and the run's way on it.

    view: `contour` or `relief`, for two weights.
    """
    best = analysis.quadratic_for(settings)
    if history.weights.shape[1] == 1:
        return _parabola(history, settings, best, _)
    return (_relief if view == "relief" else _contour)(history, settings, best, _)


def loss_at(settings: Settings, best: analysis.Quadratic, weights: Array) -> Array:
    """Return the loss at `weights`, shape (..., n), by its quadratic form."""
    away = weights - best.weights
    curved = np.einsum("...i,ij,...j->...", away, _hessian(settings, best), away) / 2
    return np.asarray(best.floor + curved)


def _hessian(settings: Settings, best: analysis.Quadratic) -> Array:
    """Return the second derivatives of the loss itself, also where the steps follow a sum."""
    x = data.sample_for(settings)[0]
    return best.hessian / (len(x) if settings.gradient == "notebook" else 1)


def _way(history: History, best: analysis.Quadratic) -> Array:
    """Return the run's weights, shape (snapshots, n), nan where it has run away."""
    weights = history.weights.astype(float)
    first = np.abs(weights[0] - best.weights).max() or 1.0
    with np.errstate(invalid="ignore"):
        near = np.abs(weights - best.weights).max(axis=1) <= FAR * first
    return np.where(near[:, None], weights, np.nan)


def _numbers(values: Any) -> list[float | None]:
    return [float(f"{v:.4g}") if np.isfinite(v) else None for v in np.ravel(values).astype(float)]


def _axes(history: History, x: Figure, y: Figure) -> Figure:
    grid = {"fixedrange": True, **GRID}
    return PLACES | {
        "xaxis3": {"domain": [0, 1], "anchor": "y3", **grid, **x},
        "yaxis3": {"domain": [0.0, 0.37], "anchor": "x3", "nticks": 5, **grid, **y},
    }


def _line(x: Any, y: Any, **more: Any) -> Figure:
    axes = {"xaxis": "x3", "yaxis": "y3", "showlegend": False}
    shared = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", **axes}
    return shared | {"x": _numbers(x), "y": _numbers(y)} | more


def _parabola(
    history: History, settings: Settings, best: analysis.Quadratic, _: Translate
) -> Panel:
    """Draw the loss over w; on it the run's point, and its slope as a tangent.

    Where the steps follow another gradient than the loss's, its slope is drawn too.
    """
    way = _way(history, best)[:, 0]
    lowest, reach = float(best.weights[0]), float(np.nanmax(np.abs(way - best.weights[0]))) or 1.0
    low, high = lowest - 1.15 * reach, lowest + 1.15 * reach
    w = np.linspace(low, high, 33)
    curve = loss_at(settings, best, w[:, None])
    top = float(curve.max())
    losses = loss_at(settings, best, way[:, None])
    slopes = _hessian(settings, best)[0, 0] * (way - lowest)
    taken = best.hessian[0, 0] * (way - lowest)
    still = [
        _line(w, curve, line={"color": LOSS, "width": 2, "shape": "spline"}),
        _line(
            way,
            losses,
            mode="lines+markers",
            line={"color": FIT, "width": 1},
            marker={"color": FIT, "size": 6},
            opacity=0.45,
        ),
        _line([lowest], [best.floor], mode="markers", marker=_mark(TARGET, "line-ew-open", 12)),
    ]
    styles = [{"color": GRADIENT, "width": 2.5}]
    if settings.gradient == "notebook":
        styles.append({"color": GRADIENT, "width": 2.5, "dash": "dot"})
    reached = 0.22 * (high - low)

    def tangent(k: int, slope: Array) -> Figure:
        run = reached / np.hypot(1, slope[k] * (high - low) / (2 * top))  # equally long on screen
        ends = np.array([-run, run])
        return {"x": _numbers(way[k] + ends), "y": _numbers(losses[k] + slope[k] * ends)}

    def point(k: int) -> Figure:
        hint = _("w {w:.4g}<br>loss {loss:.4g}<br>slope {slope:.4g}")
        text = hint.format(w=way[k], loss=losses[k], slope=slopes[k])
        return {"x": _numbers(way[k]), "y": _numbers(losses[k]), "text": [text]}

    kinds = [slopes, taken][: len(styles)]
    at = [[*(tangent(k, kind) for kind in kinds), point(k)] for k in range(len(way))]
    moving = [_line([], [], line=style) for style in styles]
    moving.append(_line([], [], mode="markers", marker=_mark(FIT, "circle", 11)))
    moving[-1]["hoverinfo"] = "text"
    moving = [trace | change for trace, change in zip(moving, at[-1], strict=True)]
    layout = _axes(
        history,
        {"range": [low, high], "title": {"text": "w", "standoff": 4}},
        {"range": [-0.12 * top, 1.02 * top], "title": {"text": _("loss"), "standoff": 14}},
    )
    return Panel(still, moving, at, layout)


def _mark(color: str, symbol: str, size: int) -> Figure:
    return {
        "color": color,
        "symbol": symbol,
        "size": size,
        "line": {"color": "white", "width": 1.5},
    }


def _window(way: Array, best: analysis.Quadratic) -> tuple[Array, Array]:
    """Return the lowest and highest weights to show: the way, the lowest point, and some room."""
    seen = np.vstack([way, best.weights])
    low, high = np.nanmin(seen, axis=0), np.nanmax(seen, axis=0)
    wide = np.maximum(high - low, 0.05 * np.maximum((high - low).max(), 1e-6))
    return low - 0.25 * wide, high + 0.25 * wide


def _contour(history: History, settings: Settings, best: analysis.Quadratic, _: Translate) -> Panel:
    """Draw lines of equal loss over (w, b), the run's way, and the directions of the valley."""
    way = _way(history, best)
    low, high = _window(way, best)
    still = [
        _levels(best, low, high, _),
        *_directions(best, low, high),
        _line(way[:, 0], way[:, 1], line={"color": FIT, "width": 1.5}, opacity=0.75),
        _line(*best.weights[:, None], mode="markers", marker=_mark(TARGET, "x", 9)),
    ]
    at = [[{"x": _numbers(w), "y": _numbers(b)}] for w, b in way]
    marker = _line([], [], mode="markers", marker=_mark(FIT, "circle", 11)) | at[-1][0]
    layout = _axes(
        history,
        {"range": _numbers([low[0], high[0]]), "title": {"text": history.names[0], "standoff": 4}},
        {"range": _numbers([low[1], high[1]]), "title": {"text": history.names[1], "standoff": 14}},
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
        axes = np.sqrt(2 * rise / np.maximum(values, 1e-12))
        w, b = best.weights[:, None] + directions @ (axes[:, None] * circle)
        xs += [*_numbers(w), None]
        ys += [*_numbers(b), None]
        text += [_("loss {loss:.4g}").format(loss=best.floor + rise)] * (len(TURN) + 1)
    line = {"color": LOSS, "width": 1, "shape": "spline"}
    return _line(xs, ys, text=text, line=line, opacity=0.7, hoverinfo="text")


def _directions(best: analysis.Quadratic, low: Array, high: Array) -> list[Figure]:
    """Return the eigenvectors of the curvature through the lowest point, each with its value."""
    values, directions = np.linalg.eigh(best.hessian)
    drawn = []
    for value, direction in zip(values, directions.T, strict=True):
        ends, place = _across(best.weights, direction, low, high)
        drawn.append(
            _line(*ends, mode="lines+text", line={"color": DATA, "width": 1.5, "dash": "dash"})
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


def _relief(history: History, settings: Settings, best: analysis.Quadratic, _: Translate) -> Panel:
    """Draw the loss as a surface over (w, b), with the run's way on it."""
    way = _way(history, best)
    low, high = _window(way, best)
    w, b = (np.linspace(low[k], high[k], SIDE) for k in (0, 1))
    grid = np.stack(np.meshgrid(w, b), axis=-1)
    heights = loss_at(settings, best, grid)
    shared = {"scene": "scene", "showlegend": False, "hoverinfo": "skip"}
    surface = {
        "type": "surface",
        "x": _numbers(w),
        "y": _numbers(b),
        "z": [_numbers(row) for row in heights],
        "colorscale": [[0, "#FBE3D6"], [1, LOSS]],
        "showscale": False,
        "opacity": 0.85,
        **shared,
    }
    lifted = loss_at(settings, best, way) + LIFT * float(np.ptp(heights))

    def trace(k: slice, **more: Any) -> Figure:
        places = {"x": _numbers(way[k, 0]), "y": _numbers(way[k, 1]), "z": _numbers(lifted[k])}
        return {"type": "scatter3d", **shared, **places, **more}

    still = [surface, trace(slice(None), mode="lines", line={"color": FIT, "width": 5})]
    marker = {"color": FIT, "size": 6, "line": {"color": "white", "width": 1}}
    moved = [trace(slice(k, k + 1)) for k in range(len(way))]
    at = [[{name: m[name] for name in ("type", "x", "y", "z")}] for m in moved]
    moving = moved[-1] | {"mode": "markers", "marker": marker}
    names = history.names
    layout = PLACES | {
        "scene": {
            "domain": {"x": [0, 1], "y": [0.0, 0.4]},
            "xaxis": {"title": {"text": names[0]}, "nticks": 5},
            "yaxis": {"title": {"text": names[1]}, "nticks": 5},
            "zaxis": {"title": {"text": _("loss")}, "nticks": 4},
            "aspectmode": "manual",
            "aspectratio": {"x": 1.5, "y": 1.5, "z": 0.8},
            "camera": {
                "eye": {"x": 1.75, "y": -1.85, "z": 1.25},
                "center": {"x": 0, "y": 0, "z": -0.2},
            },
            "dragmode": "turntable",
        },
    }
    return Panel(still, [moving], at, layout)
