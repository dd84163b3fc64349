"""One step of a racer -> plotly figure: what makes it, as arrows on the levels about it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import N_, Translate
from playground.core.plotting import DATA, FIT, GRID, Figure
from playground.features.optimizers.knobs import Problem
from playground.features.optimizers.results import Apart, Part
from playground.features.optimizers.views import Height, levels, numbers

Array = NDArray[np.float64]

GRADIENT = "#CC79A7"
ROOT = "root"
REACH = 0.4  # of what is seen: how long the longest arrow is that shows no distance
MOMENTA = ("m_hat", "exp_avg", "momentum_buffer")
SQUARES = ("v_hat", "exp_avg_sq", "square_avg")
NAMES = {
    "-grad": N_("minus the gradient"),
    "-momentum": N_("minus the momentum"),
    ROOT: N_("root of the second moment"),
    "step": N_("the step"),
}


def arrows(apart: Apart, problem: Problem, _: Translate) -> Figure:
    """Return the levels about a step, with the gradient, momentum, second moment and the step.

    The step has its true length. The others have another unit: they share a scale of their own.
    """
    height = Height(apart.near)
    at = np.array(apart.before)[problem.seen]
    change = np.array(apart.change)[problem.seen]
    size = np.array([np.ptp(apart.near.x), np.ptp(apart.near.y)])
    drawn = _directions(apart, problem)
    longest = max((float(np.hypot(*(vector / size))) for vector in drawn.values()), default=0.0)
    scale = REACH / longest if longest > 0 else 0.0
    data = [levels(apart.near, height, _)]
    for name, vector in drawn.items():
        data.append(
            _box(at, scale * vector, _) if name == ROOT else _arrow(name, at, scale * vector, _)
        )
    data += [_arrow("step", at, change, _), _point(at)]
    return {"data": data, "layout": _layout(apart, problem)}


def _layout(apart: Apart, problem: Problem) -> Figure:
    first, second = problem.names
    axis = {"fixedrange": True, **GRID, "showgrid": False}
    x, y = (numbers(side[[0, -1]], 8) for side in (apart.near.x, apart.near.y))
    return {
        "height": 420,
        "margin": {"l": 64, "r": 20, "t": 56, "b": 44},
        "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {"range": x, "title": {"text": first, "standoff": 4}, **axis},
        "yaxis": {"range": y, "title": {"text": second, "standoff": 8}, **axis},
    }


def _directions(apart: Apart, problem: Problem) -> dict[str, Array]:
    """Return the vectors to draw, of the two weights that are seen, by their names here."""
    found: dict[str, Array] = {}
    for name, parts in (("-grad", ("grad",)), ("-momentum", MOMENTA), (ROOT, SQUARES)):
        part = apart.part(*parts)
        values = _values(part) if part else ()
        if values:
            seen = np.array(values)[problem.seen]
            found[name] = np.sqrt(seen) if name == ROOT else -seen
    if "-momentum" in found and apart.part("square_avg"):
        del found["-momentum"]  # RMSprop's is a sum of scaled gradients: it has another unit
    return found


def _values(part: Part) -> tuple[float, ...]:
    """Return torch's numbers, or those that only the lesson by hand works out."""
    return part.by_hand if part.name.endswith("_hat") else part.torch


def _arrow(name: str, at: Array, vector: Array, _: Translate) -> Figure:
    color, dash, width = {
        "-grad": (GRADIENT, "solid", 3),
        "-momentum": (GRADIENT, "dash", 3),
        "step": (FIT, "solid", 4),
    }[name]
    end = at + vector
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": numbers([at[0], end[0]], 8),
        "y": numbers([at[1], end[1]], 8),
        "name": _(NAMES[name]),
        "line": {"color": color, "width": width, "dash": dash},
        "marker": {
            "color": color,
            "symbol": "arrow",
            "size": [0, 16],
            "angleref": "previous",
            "opacity": 1,
        },
        "hoverinfo": "name",
    }


def _box(at: Array, half: Array, _: Translate) -> Figure:
    """Return a box about the point: the usual size of each entry of the gradient."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half + at
    return {
        "type": "scatter",
        "mode": "lines",
        "x": numbers(corners[:, 0], 8),
        "y": numbers(corners[:, 1], 8),
        "name": _(NAMES[ROOT]),
        "line": {"color": DATA, "width": 2, "dash": "dot"},
        "hoverinfo": "name",
    }


def _point(at: Array) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(at[:1], 8),
        "y": numbers(at[1:], 8),
        "showlegend": False,
        "marker": {"color": FIT, "size": 10, "line": {"color": "white", "width": 1.5}},
        "hoverinfo": "skip",
    }
