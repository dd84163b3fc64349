"""The function of a race as level lines or in perspective, and the racers' paths on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import Translate
from playground.core.plotting import DATA, LOSS, TARGET, Figure, axis, trace, translucent
from playground.core.relief import Relief, plane
from playground.core.rounding import finite, to_digits
from playground.features.optimizers import arena
from playground.features.optimizers.knobs import Race
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Landscape, Run

Array = NDArray[np.float64]
Project = Callable[[Array, Array], tuple[Array, Array]]  # places and losses -> right, up

DECADES = 4  # of height above the lowest that levels tell apart
RELIEF_DECADES = 2  # in a relief: with more, a narrow valley is deep at the grid's points alone
LARGEST = 1e100  # a loss beyond this has no height
SHOWN = 12  # markers on a path, at most
HERE = "<br>%{x:.4g}, %{y:.4g}"
FAR = 2.0  # a path is drawn up to this many times the picture's size


class Height:
    """Turns losses into heights that show valleys and hills: decades above the lowest seen."""

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
        return self(losses).tolist(), [f"{to_digits(loss, 2):.6g}" for loss in losses]


def rows(values: Array) -> list[list[float | None]]:
    """Return a matrix for JSON."""
    return [finite(row) for row in values]


def levels(landscape: Landscape, height: Height, _: Translate) -> Figure:
    """Return the level lines of the function; a hover reads the loss."""
    return {
        "type": "contour",
        "x": finite(landscape.x),
        "y": finite(landscape.y),
        "z": rows(height(landscape.loss)),
        "customdata": rows(landscape.loss),
        "ncontours": 14,
        "contours": {"coloring": "heatmap"},
        "colorscale": [[0, translucent(LOSS, 0.02)], [1, translucent(LOSS, 0.32)]],
        "line": {"width": 1, "color": translucent(LOSS, 0.35)},
        "showscale": False,
        "showlegend": False,
        "hovertemplate": "%{x:.4g}, %{y:.4g}<br>" + _("loss") + " %{customdata:.4g}<extra></extra>",
    }


def contour(
    of: Race, landscape: Landscape, height: Height, _: Translate
) -> tuple[list[Figure], Figure, Project]:
    """Return the level lines with the lowest points and the start, the axes, and the projection."""
    first, second = of.problem.names
    still = [levels(landscape, height, _), *_marks(of, _)]
    across, up = (finite(side[[0, -1]], 6) for side in (landscape.x, landscape.y))
    layout = {
        "xaxis": axis(first, domain=[0, 1], anchor="y", range=across, showgrid=False),
        "yaxis": axis(second, 8, domain=[0.41, 1.0], range=up, showgrid=False),
    }
    return still, layout, lambda places, _losses: (places[:, 0], places[:, 1])


def _marks(of: Race, _: Translate) -> list[Figure]:
    """Return where the function is lowest, as far as that is known, and the start."""
    lowest = arena.arena(of.problem).lowest
    cross = {"symbol": "x-thin", "size": 11, "line": {"color": TARGET, "width": 3}}
    ring = {"symbol": "circle-open", "size": 15, "color": DATA, "line": {"width": 3}}
    here = f"{HERE}<extra></extra>"
    return [
        trace(
            finite([x for x, _y in lowest]),
            finite([y for _x, y in lowest]),
            mode="markers",
            marker=cross,
            hovertemplate=_("lowest") + here,
        ),
        trace(
            finite(of.start[:1]),
            finite(of.start[1:]),
            mode="markers",
            marker=ring,
            hovertemplate=_("start") + here,
        ),
    ]


def relief(
    of: Race, landscape: Landscape, height: Height, turn: int, _: Translate
) -> tuple[list[Figure], Figure, Project]:
    """Return the box around the surface, its picture with the axes, and the projection."""
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
    """Return `epochs`, none later than the run's last, and its places then; nan far out."""
    at = np.minimum(epochs, len(run.loss) - 1)
    places = run.places[at].astype(float)
    low, high = arena.arena(of.problem).window(of.start)
    with np.errstate(invalid="ignore"):
        away: Array = np.max(np.abs(places - (low + high) / 2) / (high - low), axis=1)
    return at, np.where((away <= FAR)[:, None], places, np.nan)


def path(run: Run, of: Race, kept: Sequence[int], project: Project, hint: str) -> Figure:
    """Return the path of a racer at the epochs `kept`; a hover tells the epoch and `hint`."""
    style = RACERS[run.slug].style
    at, places = seen(run, [k for k in kept if k < len(run.loss)], of)
    x, y = project(places, run.loss[at])
    marker = {"color": style.color, "symbol": style.symbol, "size": 7, "maxdisplayed": SHOWN}
    return trace(
        finite(x),
        finite(y),
        mode="lines+markers",
        name=run.slug,
        legendgroup=run.slug,
        line={"color": style.color, "width": 2, "dash": style.dash},
        marker=marker,
        customdata=at.tolist(),
        hovertemplate=f"{run.slug} %{{customdata}}{hint}<extra></extra>",
    )
