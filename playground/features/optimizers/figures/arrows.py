"""One step of a racer -> plotly figure: what makes it, as arrows on the level lines around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import N_, Translate
from playground.core.plotting import DATA, FIT, GRADIENT, Figure, axis, layout, legend, mark, trace
from playground.core.rounding import finite
from playground.features.optimizers.figures.function import Height, levels
from playground.features.optimizers.knobs import Problem
from playground.features.optimizers.results import Apart, Quantity

Array = NDArray[np.float64]

ROOT = "root"
DIGITS = 8  # of a place: a step may be tiny beside its distance from 0
REACH = 0.4  # of the picture: the length of the longest arrow but the step's
MOMENTA = ("m_hat", "exp_avg", "momentum_buffer")
SQUARES = ("v_hat", "exp_avg_sq", "square_avg")
NAMES = {
    "-grad": N_("minus the gradient"),
    "-momentum": N_("minus the momentum"),
    ROOT: N_("root of the second moment"),
    "step": N_("the step"),
}


def step(apart: Apart, problem: Problem, _: Translate) -> Figure:
    """Return a step on the level lines around it, with gradient, momentum and second moment.

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
    x, y = (finite(side[[0, -1]], DIGITS) for side in (apart.near.x, apart.near.y))
    return layout(
        420,
        (64, 20, 56, 44),
        legend=legend(1.01),
        xaxis=axis(first, range=x, showgrid=False),
        yaxis=axis(second, 8, range=y, showgrid=False),
    )


def _directions(apart: Apart, problem: Problem) -> dict[str, Array]:
    """Return the vectors to draw, of the two weights that are seen, by their names here."""
    found: dict[str, Array] = {}
    for name, known in (("-grad", ("grad",)), ("-momentum", MOMENTA), (ROOT, SQUARES)):
        quantity = apart.quantity(*known)
        values = _values(quantity) if quantity else ()
        if values:
            seen = np.array(values)[problem.seen]
            found[name] = np.sqrt(seen) if name == ROOT else -seen
    if "-momentum" in found and apart.quantity("square_avg"):
        del found["-momentum"]  # RMSprop's is a sum of scaled gradients: it has another unit
    return found


def _values(quantity: Quantity) -> tuple[float, ...]:
    """Return torch's numbers, or those that only the lesson by hand works out."""
    return quantity.by_hand if quantity.name.endswith("_hat") else quantity.torch


def _arrow(name: str, at: Array, vector: Array, _: Translate) -> Figure:
    color, dash, width = {
        "-grad": (GRADIENT, "solid", 3),
        "-momentum": (GRADIENT, "dash", 3),
        "step": (FIT, "solid", 4),
    }[name]
    end = at + vector
    tip = {"symbol": "arrow", "size": [0, 16], "angleref": "previous", "opacity": 1}
    return trace(
        finite([at[0], end[0]], DIGITS),
        finite([at[1], end[1]], DIGITS),
        mode="lines+markers",
        name=_(NAMES[name]),
        line={"color": color, "width": width, "dash": dash},
        marker={"color": color, **tip},
        hoverinfo="name",
    )


def _box(at: Array, half: Array, _: Translate) -> Figure:
    """Return a box around the point: the usual size of each entry of the gradient."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half + at
    return trace(
        finite(corners[:, 0], DIGITS),
        finite(corners[:, 1], DIGITS),
        name=_(NAMES[ROOT]),
        line={"color": DATA, "width": 2, "dash": "dot"},
        hoverinfo="name",
    )


def _point(at: Array) -> Figure:
    x, y = finite(at[:1], DIGITS), finite(at[1:], DIGITS)
    return trace(x, y, mode="markers", marker=mark(FIT, size=10), hoverinfo="skip")
