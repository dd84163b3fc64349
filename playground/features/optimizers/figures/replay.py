"""A race -> plotly figure: all paths on the function, and the losses, replayed together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.core import history
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import (
    FLOOR_LINE,
    Figure,
    axis,
    controls,
    layout,
    legend,
    log_axis,
    reading,
    trace,
)
from playground.core.relief import View
from playground.core.rounding import finite, positive
from playground.features.optimizers.figures.function import (
    HERE,
    RELIEF_DECADES,
    Height,
    Project,
    contour,
    path,
    relief,
    seen,
)
from playground.features.optimizers.knobs import Race
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Landscape, Run

Array = NDArray[np.float64]

HEIGHT = 660
BINS = 40  # of a loss curve: each keeps its lowest and highest
DIGITS = 4  # of a loss


def race(
    of: Race,
    landscape: Landscape,
    runs: Sequence[Run],
    goal: float,
    view: View,
    _: Translate,
) -> Figure:
    """Return the function with all paths, and the losses, replayed together."""
    kept = history.snapshots(of.steps + 1)
    if view.kind == "relief":
        height = Height(landscape, RELIEF_DECADES)
        hint, (still, axes, project) = "", relief(of, landscape, height, view.turn, _)
    else:
        hint, (still, axes, project) = HERE, contour(of, landscape, Height(landscape), _)
    still += [path(run, of, kept, project, hint) for run in runs]
    above, lowest = _above(runs, landscape)
    still += [_loss(run, kept, above, _) for run in runs]
    still.append(_goal(of, goal - lowest, _))
    axes |= _loss_axes(of, above, goal - lowest, lowest, _)
    moving = [_markers(runs, row=1), _markers(runs, row=2), reading(axes)]
    frames = [_frame(k, of, runs, project, above, _) for k in kept]
    moving = [t | change for t, change in zip(moving, frames[-1], strict=True)]
    count = len(still)
    figure: Figure = {"data": [*still, *moving], "layout": _layout(len(runs), axes, kept)}
    figure["frames"] = [
        {"name": str(k), "traces": [count, count + 1, count + 2], "data": frame}
        for k, frame in zip(kept, frames, strict=True)
    ]
    return figure


def _above(runs: Sequence[Run], landscape: Landscape) -> tuple[dict[str, Array], float]:
    """Return the losses for a log axis, and what was taken off: the lowest, if it is below 0."""
    seen = [landscape.loss[np.isfinite(landscape.loss)], *(run.finite for run in runs)]
    lowest = min(0.0, *(float(values.min()) for values in seen if len(values)), 0.0)
    return {run.slug: run.loss - lowest for run in runs}, lowest


def _loss(run: Run, kept: Sequence[int], above: dict[str, Array], _: Translate) -> Figure:
    style, loss = RACERS[run.slug].style, above[run.slug]
    bins = np.array_split(np.arange(len(loss)), min(BINS, len(loss)))
    ends = [int(k) for b in bins for k in (b[np.argmin(loss[b])], b[np.argmax(loss[b])])]
    at = sorted({*(k for k in kept if k < len(loss)), *ends})
    word = _("loss")
    return trace(
        at,
        positive(loss[at], DIGITS),
        row=2,
        name=run.slug,
        legendgroup=run.slug,
        showlegend=False,
        line={"color": style.color, "width": 2, "dash": style.dash},
        hovertemplate=f"{run.slug} %{{x}}<br>{word} %{{y:.4g}}<extra></extra>",
    )


def _goal(of: Race, goal: float, _: Translate) -> Figure:
    return trace(
        [0, of.steps],
        positive([goal, goal], DIGITS),
        row=2,
        line=FLOOR_LINE,
        hovertemplate=_("target loss") + " %{y:.4g}<extra></extra>",
    )


def _markers(runs: Sequence[Run], row: int) -> Figure:
    styles = [RACERS[run.slug].style for run in runs]
    marker = {
        "color": [style.color for style in styles],
        "symbol": [style.symbol for style in styles],
        "size": 11,
        "line": {"color": "white", "width": 1.5},
    }
    return trace(None, None, row, mode="markers", marker=marker, hoverinfo="skip")


def _frame(
    k: int,
    of: Race,
    runs: Sequence[Run],
    project: Project,
    above: dict[str, Array],
    _: Translate,
) -> list[Figure]:
    """Return what changes at epoch `k`: where all are, their losses, and the epoch in words.

    A racer that has diverged is no longer drawn.
    """
    on = [k < len(run.loss) for run in runs]
    places = np.array([seen(run, [k], of)[1][0] for run in runs])
    places[~np.array(on)] = np.nan
    losses = [run.loss[k] if there else np.nan for run, there in zip(runs, on, strict=True)]
    heights = [above[run.slug][k] if there else np.nan for run, there in zip(runs, on, strict=True)]
    x, y = project(places, np.array(losses))
    return [
        {"x": finite(x), "y": finite(y)},
        {"x": [k] * len(runs), "y": positive(heights, DIGITS)},
        {"text": [_("epoch {epoch}").format(epoch=k)]},
    ]


def _loss_axes(
    of: Race, above: dict[str, Array], goal: float, lowest: float, _: Translate
) -> Figure:
    word = _("loss above the lowest") if lowest < 0 else _("loss")
    steps = [-0.015 * of.steps, 1.03 * of.steps]
    losses = {"domain": [0.0, 0.27], "range": _loss_range(above, goal)}
    return {
        "xaxis2": axis(_("epoch"), domain=[0, 1], anchor="y2", range=steps),
        "yaxis2": log_axis(word, 8, anchor="x2", nticks=5, **losses),
    }


def _layout(racers: int, axes: Figure, kept: Sequence[int]) -> Figure:
    """Return the layout with the controls that replay the epochs `kept`."""
    return layout(
        HEIGHT,
        (56, 20, 24 + 20 * math.ceil(racers / 3), 104),
        legend=legend(1.01, itemwidth=40),
        showlegend=racers > 1,
        **axes,
        **controls(History(names=(), epochs=np.array(kept))),
    )


def _loss_range(above: dict[str, Array], goal: float) -> list[float]:
    """Return the exponents to show: from below the goal to the first losses, or higher."""
    starts = [float(values[0]) for values in above.values()]
    first = max(filter(math.isfinite, starts), default=1.0)
    all_of = np.concatenate([values[np.isfinite(values)] for values in above.values()])
    top = min(float(all_of.max(initial=first)), 1e3 * first) or 1.0
    least = goal if goal > 0 else 1e-3 * top
    seen = all_of[(all_of >= least / 100) & (all_of > 0)]
    bottom = min(float(seen.min(initial=least)), least)
    return [math.log10(bottom) - 0.3, math.log10(top) + 0.4]
