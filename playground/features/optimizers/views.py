"""The function of a race seen from above or aside, and how each racer is drawn on it.

Each racer has a colour, a marker and a dash of its own, wherever it runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import Translate
from playground.core.plotting import DATA, GRID, TARGET, Figure
from playground.core.relief import Relief, plane
from playground.features.optimizers import arena
from playground.features.optimizers.knobs import Race
from playground.features.optimizers.results import Landscape, Run

Array = NDArray[np.float64]
Project = Callable[[Array, Array], tuple[Array, Array]]  # places and losses -> right, up

DECADES = 4  # of height above the lowest that levels tell apart
RELIEF_DECADES = 2  # in a relief, where a narrow valley would be a comb, deep only at the grid
LARGEST = 1e100  # a loss beyond this has no height
SHOWN = 12  # markers on a path, about
HERE = "<br>%{x:.4g}, %{y:.4g}"
FAR = 2.0  # a path is followed to this many times what is seen
CLEAR, FULL = "rgba(213,94,0,0.02)", "rgba(213,94,0,0.32)"  # of the colour of the loss


@dataclass(frozen=True)
class Style:
    """How a racer is drawn; `sign` is its marker in a table."""

    color: str
    symbol: str
    sign: str
    dash: str


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "SGD": Style("#0072B2", "circle", "●", "solid"),
        "momentum": Style("#E69F00", "square", "■", "solid"),
        "Nesterov": Style("#E69F00", "triangle-right", "▶", "dot"),
        "RMSprop": Style("#009E73", "diamond", "◆", "dash"),
        "Adam": Style("#56B4E9", "triangle-up", "▲", "solid"),
        "AdamW": Style("#56B4E9", "triangle-down", "▼", "dash"),
        "NAdam": Style("#0072B2", "triangle-left", "◀", "dash"),
        "RAdam": Style("#8C8C8C", "cross", "✚", "dashdot"),
        "Adagrad": Style("#009E73", "pentagon", "⬟", "dot"),
        "Adadelta": Style("#8C8C8C", "x", "✖", "dot"),
        "Rprop": Style("#CC79A7", "star", "★", "dashdot"),
        "LBFGS": Style("#CC79A7", "hexagon", "⬢", "solid"),
    }
)


class Height:
    """Turns losses into heights that show the deep and the high: decades above the lowest seen."""

    def __init__(self, landscape: Landscape, decades: int = DECADES) -> None:
        finite = landscape.loss[np.abs(landscape.loss) < LARGEST]
        self.low = float(finite.min()) if len(finite) else 0.0
        self.high = float(finite.max()) if len(finite) else 1.0
        self._decades = decades
        self._least = max((self.high - self.low) * 10.0**-decades, 1e-12)

    def __call__(self, loss: Any) -> Array:
        """Return the heights of `loss`; nan where it is not finite."""
        loss = np.asarray(loss, dtype=float)
        with np.errstate(invalid="ignore", over="ignore"):
            heights = np.log10(np.maximum(loss - self.low, 0.0) + self._least)
        return np.asarray(np.where(np.abs(loss) < LARGEST, heights, np.nan))

    def ticks(self) -> tuple[list[float], list[str]]:
        """Return heights, and the losses that they stand for."""
        rises = (self.high - self.low) * 10.0 ** -np.arange(self._decades)
        losses = [self.low + rise for rise in rises]
        return self(losses).tolist(), [f"{float(f'{loss:.2g}'):.6g}" for loss in losses]


def numbers(values: Any, digits: int = 4) -> list[float | None]:
    """Return `values` for JSON, to `digits` digits; None where they are not finite."""
    flat = np.ravel(np.asarray(values, dtype=float)).tolist()
    return [float(f"{v:.{digits}g}") if math.isfinite(v) else None for v in flat]


def rows(values: Array) -> list[list[float | None]]:
    """Return a matrix for JSON."""
    return [numbers(row) for row in values]


def levels(landscape: Landscape, height: Height, _: Translate) -> Figure:
    """Return the levels of the function, seen from above; a hover reads the loss."""
    return {
        "type": "contour",
        "x": numbers(landscape.x),
        "y": numbers(landscape.y),
        "z": rows(height(landscape.loss)),
        "customdata": rows(landscape.loss),
        "ncontours": 14,
        "contours": {"coloring": "heatmap"},
        "colorscale": [[0, CLEAR], [1, FULL]],
        "line": {"width": 1, "color": "rgba(213,94,0,0.35)"},
        "showscale": False,
        "showlegend": False,
        "hovertemplate": "%{x:.4g}, %{y:.4g}<br>" + _("loss") + " %{customdata:.4g}<extra></extra>",
    }


def contour(
    of: Race, landscape: Landscape, height: Height, _: Translate
) -> tuple[list[Figure], Figure, Project]:
    """Return the levels with the lowest points and the start, the axes, and the view of a path."""
    first, second = of.problem.names
    still = [levels(landscape, height, _), *_marks(of, _)]
    box = {"fixedrange": True, **GRID, "showgrid": False}
    layout = {
        "xaxis": {
            "domain": [0, 1],
            "anchor": "y",
            "range": numbers(landscape.x[[0, -1]], 6),
            "title": {"text": first, "standoff": 4},
            **box,
        },
        "yaxis": {
            "domain": [0.41, 1.0],
            "range": numbers(landscape.y[[0, -1]], 6),
            "title": {"text": second, "standoff": 8},
            **box,
        },
    }
    return still, layout, lambda places, _losses: (places[:, 0], places[:, 1])


def _marks(of: Race, _: Translate) -> list[Figure]:
    """Return where the function is lowest, as far as that is known, and the start."""
    lowest = arena.arena(of.problem).lowest
    shared = {"type": "scatter", "mode": "markers", "showlegend": False}
    mark = {"symbol": "x-thin", "size": 11, "line": {"color": TARGET, "width": 3}}
    ring = {"symbol": "circle-open", "size": 15, "color": DATA, "line": {"width": 3}}
    here = f"{HERE}<extra></extra>"
    return [
        shared
        | {
            "x": numbers([x for x, _y in lowest]),
            "y": numbers([y for _x, y in lowest]),
            "marker": mark,
            "hovertemplate": _("lowest") + here,
        },
        shared
        | {
            "x": numbers(of.start[:1]),
            "y": numbers(of.start[1:]),
            "marker": ring,
            "hovertemplate": _("start") + here,
        },
    ]


def relief(
    of: Race, landscape: Landscape, height: Height, turn: int, _: Translate
) -> tuple[list[Figure], Figure, Project]:
    """Return the box of the function seen from aside, its picture with the axes, and the view."""
    thin = slice(None, None, 2)
    heights = height(landscape.loss)[thin, thin]
    side = Relief(landscape.x[thin], landscape.y[thin], heights, turn)
    x, y = plane()
    layout = {
        "xaxis": {"domain": [0, 1], "anchor": "y", **x},
        "yaxis": {"domain": [0.36, 1.0], **y},
        "images": [side.picture("x", "y")],
    }

    def project(places: Array, losses: Array) -> tuple[Array, Array]:
        return side.project(places[:, 0], places[:, 1], height(losses))

    return side.frame((*of.problem.names, _("loss")), height.ticks()), layout, project


def seen(run: Run, epochs: Sequence[int], of: Race) -> tuple[NDArray[np.int64], Array]:
    """Return the epochs that a run got to, each or its last, and its places then; nan far out."""
    at = np.minimum(epochs, len(run.loss) - 1)
    places = run.places[at].astype(float)
    low, high = arena.arena(of.problem).window(of.start)
    with np.errstate(invalid="ignore"):
        away: Array = np.max(np.abs(places - (low + high) / 2) / (high - low), axis=1)
    return at, np.where((away <= FAR)[:, None], places, np.nan)


def path(run: Run, of: Race, kept: Sequence[int], project: Project, hint: str) -> Figure:
    """Return the way that a racer went at the epochs `kept`; hovers tell the epoch and `hint`."""
    style = STYLES[run.slug]
    at, places = seen(run, [k for k in kept if k < len(run.loss)], of)
    x, y = project(places, run.loss[at])
    return {
        "type": "scatter",
        "name": run.slug,
        "legendgroup": run.slug,
        "x": numbers(x),
        "y": numbers(y),
        "customdata": at.tolist(),
        "mode": "lines+markers",
        "hovertemplate": f"{run.slug} %{{customdata}}{hint}<extra></extra>",
        "line": {"color": style.color, "width": 2, "dash": style.dash},
        "marker": {
            "color": style.color,
            "symbol": style.symbol,
            "size": 7,
            "maxdisplayed": SHOWN,
        },
    }
