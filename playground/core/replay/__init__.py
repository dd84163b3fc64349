"""History -> plotly figure. Every function is pure: data in, figure out, as a plain dict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.analysis import Quadratic
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import (
    DASHES,
    FIT,
    HOVERED,
    LOSS,
    TARGET,
    Figure,
    axis,
    controls,
    mark,
    shown,
    trace,
)
from playground.core.replay import traces
from playground.core.replay.traces import Moving
from playground.core.rounding import listed, positive, rounded, to_pixels
from playground.core.settings import Settings

Array = NDArray[np.float64]

POINTS_A_DEGREE = 8  # of a curve: a spline runs through them
MOST_DEGREES = 24  # that a curve is drawn with, whatever the number of its weights


@dataclass(frozen=True)
class Ghost:
    """Another run of the same ladder, drawn faint beside the one that is replayed."""

    name: str
    settings: Settings
    history: History


@dataclass(frozen=True)
class Panel:
    """The lowest panel of a replay.

    still: traces that stay. moving: traces at the last snapshot. at: what a frame changes in the
    moving ones, for each snapshot. layout: the axes, and the panels' places if they are its own.
    """

    still: list[Figure]
    moving: list[Figure]
    at: list[list[Figure]]
    layout: Figure


def replay(
    history: History,
    settings: Settings,
    _: Translate,
    *,
    animated: bool = True,
    panel: Panel | None = None,
    ghosts: Sequence[Ghost] = (),
) -> Figure:
    """Return data, fit, loss and weights in one figure that replays `history` in the browser.

    `animated` adds the frames and their controls: one frame a snapshot, which moves the curve and
    a marker in each panel. `panel` takes the place of the weights over the epochs. `ghosts` are
    drawn where they ended.
    """
    best = analysis.sought(settings)
    runs = [history, *(ghost.history for ghost in ghosts)]
    weights = [len(run.names) for run in runs] + ([len(best.weights)] if best else [])
    x = _curve_x(settings, max(weights))
    lowest = panel or _weights(history, settings, best, _)
    layout = _laid_out(traces.layout(settings, runs, _), lowest)
    moved = _moved(history, settings, x, lowest, layout, _)
    under = [traces.points(settings, layout, _), *lowest.still, *_ghosts(ghosts, x, layout)]
    moving = [t | c for m in moved for t, c in zip(m.traces, m.at[-1], strict=True)]
    over = [traces.loss(history, _), *_sought(settings, best, x, layout, _)]
    figure: Figure = {"data": [*under, *moving, *over], "layout": layout}
    if animated:
        figure["frames"] = _frames(history, moved, len(under))
        layout |= controls(history)
    return figure


def _sought(
    settings: Settings, best: Quadratic | None, x: Array, layout: Figure, _: Translate
) -> list[Figure]:
    """Return the least-squares curve and the floor, where there are such."""
    if best is None:
        return []
    curve = traces.least_squares(x, settings, best, layout, _)
    return [curve, traces.floor(settings, best, _)]


def _moved(
    history: History, settings: Settings, x: Array, lowest: Panel, layout: Figure, _: Translate
) -> list[Moving]:
    """Return what a frame moves, from the lowest to the uppermost."""
    return [
        traces.residuals(history, settings, layout),
        traces.fits(history, settings, x, layout, _),
        traces.loss_marker(history),
        Moving(lowest.moving, lowest.at),
        traces.reading(history, layout, _),
    ]


def _laid_out(layout: Figure, panel: Panel) -> Figure:
    """Return `layout` with the panel's own axes and places in it."""
    own = panel.layout.items()
    return layout | {
        name: layout.get(name, {}) | value if isinstance(value, dict) else value
        for name, value in own
    }


def _frames(history: History, moved: Sequence[Moving], first: int) -> list[Figure]:
    """Return one frame for each snapshot; first: the place of the first trace that moves."""
    places = list(range(first, first + sum(len(part.traces) for part in moved)))
    return [
        {"name": str(epoch), "traces": places, "data": [c for part in moved for c in part.at[k]]}
        for k, epoch in enumerate(history.epochs)
    ]


def _ghosts(ghosts: Sequence[Ghost], x: Array, layout: Figure) -> list[Figure]:
    """Return the last fit and the loss of each ghost, in the same colours, faint."""
    drawn = []
    places = listed(rounded(x, layout["xaxis"]))
    for place, ghost in enumerate(ghosts):
        run = ghost.history
        faint: Figure = {"opacity": 0.45, "hoverinfo": "name", "legendrank": 2000}
        dash = DASHES[1 + place % (len(DASHES) - 1)]
        last = np.array([list(run.final.values())])
        fit = to_pixels(analysis.curves(ghost.settings, last, x)[0, 0], layout["yaxis"])
        fit_line = {"color": FIT, "width": 2, "dash": dash, "shape": "spline"}
        drawn.append(trace(places, listed(fit), name=ghost.name, line=fit_line, **faint))
        epochs = shown(run.loss)
        losses = positive(run.loss[epochs])
        loss_line = {"color": LOSS, "width": 1.5, "dash": dash}
        more = {"name": ghost.name, "showlegend": False, "line": loss_line, **faint}
        drawn.append(trace(epochs.tolist(), losses, row=2, **more))
    return drawn


def _curve_x(settings: Settings, weights: int) -> Array:
    """Return the x at which curves with so many weights are worked out."""
    x, _ = data.sample_for(settings)
    room = settings.lesson.sample.beyond * float(np.ptp(x))
    count = POINTS_A_DEGREE * min(max(weights - 1, 1), MOST_DEGREES) + 1
    return np.linspace(x.min() - room, x.max() + room, count)


def _weights(history: History, settings: Settings, best: Quadratic | None, _: Translate) -> Panel:
    """Return the weights over the epochs, a line each, and where they should end."""
    sought = best.weights if best and settings.lesson.quadratic else None
    ends = _weights_range(history, best, sought)
    own = axis(_("weights"), 14, domain=[0.0, 0.2], range=ends, nticks=4)
    shown_weights = listed(rounded(history.weights, own))
    lines = _weight_lines(history, shown_weights)
    marker = mark(FIT, size=7, rim=1)
    marks = trace(None, None, row=3, mode="markers", marker=marker, hoverinfo="skip")
    pairs = zip(history.epochs.tolist(), shown_weights, strict=True)
    at = [[{"x": [epoch] * len(history.names), "y": weights}] for epoch, weights in pairs]
    if sought is not None:
        lines.append(_best_weights(settings, sought, own, _))
    return Panel(lines, [marks], at, {"yaxis3": own})


def _weight_lines(history: History, shown_weights: list[list[float]]) -> list[Figure]:
    return [
        trace(
            history.epochs.tolist(),
            [weights[k] for weights in shown_weights],
            row=3,
            name=name,
            legend="legend2",
            line={"color": FIT, "width": 1.5, "dash": DASHES[k % len(DASHES)]},
            hovertemplate=f"{name} %{{y:{HOVERED}}}<extra></extra>",
        )
        for k, name in enumerate(history.names)
    ]


def _best_weights(settings: Settings, sought: Array, own: Figure, _: Translate) -> Figure:
    """Return the least-squares weights as marks at the end."""
    name = _("least squares")
    return trace(
        [settings.epochs] * len(sought),
        listed(rounded(sought, own, 7)),
        row=3,
        mode="markers",
        marker={"color": TARGET, "symbol": "line-ew-open", "size": 12, "line": {"width": 2}},
        cliponaxis=False,
        hovertemplate=f"{name} %{{y:{HOVERED}}}<extra></extra>",
    )


def _weights_range(history: History, best: Quadratic | None, sought: Array | None) -> list[float]:
    """Return the range to show: all the weights, unless some ran away."""
    weights = history.weights
    usual = np.abs(weights[0] if best is None else np.append(weights[0], best.weights)).max()
    seen = weights[np.isfinite(weights) & (np.abs(weights) <= 4 * max(1.0, float(usual)))]
    if sought is not None:
        seen = np.append(seen, sought)
    low, high = float(seen.min()), float(seen.max())
    room = 0.12 * (high - low or 1.0)
    return [low - room, high + room]
