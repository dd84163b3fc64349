"""A race -> plotly figure, as a plain dict: all paths on the function, and the losses, in step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import history
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import DATA, GRID, TARGET, Figure, controls
from playground.core.relief import View
from playground.features.optimizers.knobs import Race
from playground.features.optimizers.results import Landscape, Run
from playground.features.optimizers.views import (
    HERE,
    RELIEF_DECADES,
    STYLES,
    Height,
    Project,
    contour,
    numbers,
    path,
    relief,
    seen,
)

Array = NDArray[np.float64]

HEIGHT = 660
BINS = 40  # of a loss curve: each keeps its lowest and highest


def race(
    of: Race,
    landscape: Landscape,
    runs: Sequence[Run],
    goal: float,
    view: View,
    _: Translate,
) -> Figure:
    """Return the function with all paths, and the losses, replayed in step."""
    kept = history.snapshots(of.steps + 1)
    if view.kind == "relief":
        height = Height(landscape, RELIEF_DECADES)
        hint, (still, layout, project) = "", relief(of, landscape, height, view.turn, _)
    else:
        hint, (still, layout, project) = HERE, contour(of, landscape, Height(landscape), _)
    still += [path(run, of, kept, project, hint) for run in runs]
    above, lowest = _above(runs, landscape)
    still += [_loss(run, kept, above, _) for run in runs]
    still.append(_goal(of, goal - lowest, _))
    layout |= _loss_layout(of, runs, above, goal - lowest, lowest, _)
    moving = [_markers(runs, row=1), _markers(runs, row=2), _reading(layout)]
    frames = [_frame(k, of, runs, project, above, _) for k in kept]
    moving = [trace | change for trace, change in zip(moving, frames[-1], strict=True)]
    count = len(still)
    figure: Figure = {"data": [*still, *moving], "layout": layout}
    figure["frames"] = [
        {"name": str(k), "traces": [count, count + 1, count + 2], "data": frame}
        for k, frame in zip(kept, frames, strict=True)
    ]
    steps = History(names=(), epochs=np.array(kept))
    layout |= controls(steps)
    return figure


def _above(runs: Sequence[Run], landscape: Landscape) -> tuple[dict[str, Array], float]:
    """Return the losses for a log axis, and what was taken off: the lowest, if it is below 0."""
    seen = [landscape.loss[np.isfinite(landscape.loss)], *(run.finite for run in runs)]
    lowest = min(0.0, *(float(values.min()) for values in seen if len(values)), 0.0)
    return {run.slug: run.loss - lowest for run in runs}, lowest


def _loss(run: Run, kept: Sequence[int], above: dict[str, Array], _: Translate) -> Figure:
    style, loss = STYLES[run.slug], above[run.slug]
    bins = np.array_split(np.arange(len(loss)), min(BINS, len(loss)))
    ends = [int(k) for b in bins for k in (b[np.argmin(loss[b])], b[np.argmax(loss[b])])]
    at = sorted({*(k for k in kept if k < len(loss)), *ends})
    word = _("loss")
    return {
        "type": "scatter",
        "mode": "lines",
        "x": at,
        "y": _positive(loss[at]),
        "name": run.slug,
        "legendgroup": run.slug,
        "showlegend": False,
        "xaxis": "x2",
        "yaxis": "y2",
        "line": {"color": style.color, "width": 2, "dash": style.dash},
        "hovertemplate": f"{run.slug} %{{x}}<br>{word} %{{y:.4g}}<extra></extra>",
    }


def _positive(values: Any) -> list[float | None]:
    return [v if v is not None and v > 1e-300 else None for v in numbers(values)]


def _goal(of: Race, goal: float, _: Translate) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [0, of.steps],
        "y": _positive([goal, goal]),
        "xaxis": "x2",
        "yaxis": "y2",
        "showlegend": False,
        "line": {"color": TARGET, "dash": "dash", "width": 1.5},
        "hovertemplate": _("target loss") + " %{y:.4g}<extra></extra>",
    }


def _markers(runs: Sequence[Run], row: int) -> Figure:
    styles = [STYLES[run.slug] for run in runs]
    axes = {"xaxis": "x2", "yaxis": "y2"} if row == 2 else {}
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "hoverinfo": "skip",
        "marker": {
            "color": [style.color for style in styles],
            "symbol": [style.symbol for style in styles],
            "size": 11,
            "line": {"color": "white", "width": 1.5},
        },
        **axes,
    }


def _reading(layout: Figure) -> Figure:
    return {
        "type": "scatter",
        "x": [layout["xaxis2"]["range"][1]],
        "y": [10 ** layout["yaxis2"]["range"][1]],
        "xaxis": "x2",
        "yaxis": "y2",
        "mode": "text",
        "textposition": "bottom left",
        "textfont": {"color": DATA, "size": 13},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _frame(
    k: int,
    of: Race,
    runs: Sequence[Run],
    project: Project,
    above: dict[str, Array],
    _: Translate,
) -> list[Figure]:
    """Return what changes at epoch `k`: where all are, their losses, and the epoch in words.

    Who has diverged is no longer drawn.
    """
    on = [k < len(run.loss) for run in runs]
    places = np.array([seen(run, [k], of)[1][0] for run in runs])
    places[~np.array(on)] = np.nan
    losses = [run.loss[k] if there else np.nan for run, there in zip(runs, on, strict=True)]
    heights = [above[run.slug][k] if there else np.nan for run, there in zip(runs, on, strict=True)]
    x, y = project(places, np.array(losses))
    return [
        {"x": numbers(x), "y": numbers(y)},
        {"x": [k] * len(runs), "y": _positive(heights)},
        {"text": [_("epoch {epoch}").format(epoch=k)]},
    ]


def _loss_layout(
    of: Race, runs: Sequence[Run], above: dict[str, Array], goal: float, lowest: float, _: Translate
) -> Figure:
    """Return the layout of the losses, and what the whole figure has once."""
    grid = {"fixedrange": True, **GRID}
    word = _("loss above the lowest") if lowest < 0 else _("loss")
    return {
        "height": HEIGHT,
        "margin": {"l": 56, "r": 20, "t": 24 + 20 * math.ceil(len(runs) / 3), "b": 104},
        "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom", "itemwidth": 40},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis2": {
            "domain": [0, 1],
            "anchor": "y2",
            "range": [-0.015 * of.steps, 1.03 * of.steps],
            "title": {"text": _("epoch"), "standoff": 4},
            **grid,
        },
        "yaxis2": {
            "domain": [0.0, 0.27],
            "anchor": "x2",
            "type": "log",
            "range": _loss_range(above, goal),
            "title": {"text": word, "standoff": 8},
            "exponentformat": "power",
            "nticks": 5,
            **grid,
        },
    }


def _loss_range(above: dict[str, Array], goal: float) -> list[float]:
    """Return the decades to show: from below the goal to the first losses, or some way above."""
    first = max((values[0] for values in above.values() if np.isfinite(values[0])), default=1.0)
    all_of = np.concatenate([values[np.isfinite(values)] for values in above.values()])
    top = min(float(all_of.max(initial=first)), 1e3 * first) or 1.0
    least = goal if goal > 0 else 1e-3 * top
    seen = all_of[(all_of >= least / 100) & (all_of > 0)]
    bottom = min(float(seen.min(initial=least)), least)
    return [math.log10(bottom) - 0.3, math.log10(top) + 0.4]
