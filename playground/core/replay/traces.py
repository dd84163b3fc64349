"""What stands in the panels of a replay: the points and the fit, the loss, and their axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, data, plotting
from playground.core.analysis import Quadratic
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import (
    DASHES,
    DATA,
    FIT,
    FLOOR_LINE,
    HOVERED,
    LOSS,
    ROOM,
    TARGET,
    Figure,
    axis,
    legend,
    log_axis,
    mark,
    segments,
    shown,
    trace,
)
from playground.core.rounding import listed, positive, rounded, spread, to_pixels
from playground.core.settings import Settings

Array = NDArray[np.float64]

HEIGHT = 540
SHOWN_POINTS = 180
SHOWN_RESIDUALS = 40
PLACE = f"x %{{x:{HOVERED}}}<br>y %{{y:{HOVERED}}}<extra></extra>"


@dataclass(frozen=True)
class Moving:
    """Traces that move, and what a frame changes in them, for each snapshot."""

    traces: list[Figure]
    at: list[list[Figure]]


def points(settings: Settings, layout: Figure, _: Translate) -> Figure:
    """Return the points: all that a learner gave, or some of many."""
    x, y = data.sample_for(settings)
    count = SHOWN_POINTS if settings.noise else SHOWN_POINTS // 3  # a smooth curve needs fewer
    some = spread(len(x), len(x) if settings.data else count)
    return trace(
        listed(rounded(x[some], layout["xaxis"], 7)),
        listed(rounded(y[some], layout["yaxis"], 7)),
        name=_("data"),
        mode="markers",
        marker={"color": DATA, "size": 4 if len(some) > 40 else 7},
        hovertemplate=PLACE,
    )


def residuals(history: History, settings: Settings, layout: Figure) -> Moving:
    """Return a segment from the fit to each point, or to some of many: the errors."""
    if not settings.lesson.form.straight:
        return Moving([], [[] for _ in history.epochs])
    x, y = data.sample_for(settings)
    some = spread(len(x), SHOWN_RESIDUALS)
    if settings.data and len(some) < len(x):  # half of them where the line is farthest off
        best = analysis.quadratic_for(settings)
        off = np.abs(analysis.columns(settings, x) @ best.weights - y)
        most = np.argsort(off)[-SHOWN_RESIDUALS // 2 :]
        some = np.union1d(spread(len(x), SHOWN_RESIDUALS // 2), most)
    fits = to_pixels(analysis.curves(settings, history.weights, x[some])[0], layout["yaxis"])
    ends = listed(to_pixels(y[some], layout["yaxis"]))
    places = listed(rounded(x[some], layout["xaxis"]))
    line = {"color": LOSS, "width": 1.2}
    moving = trace(segments(places, places), None, line=line, hoverinfo="skip")
    return Moving([moving], [[{"y": segments(fit, ends)}] for fit in listed(fits)])


def least_squares(
    x: Array, settings: Settings, best: Quadratic, layout: Figure, _: Translate
) -> Figure:
    """Return the curve of the least-squares weights."""
    return trace(
        listed(rounded(x, layout["xaxis"])),
        listed(to_pixels(analysis.columns(settings, x) @ best.weights, layout["yaxis"])),
        name=_("least squares"),
        line={"color": TARGET, "dash": "dash", "width": 2, "shape": "spline"},
        hoverinfo="skip",
    )


def fits(history: History, settings: Settings, x: Array, layout: Figure, _: Translate) -> Moving:
    """Return the fitted curve, and fainter the others that a stage draws by chance."""
    curves = to_pixels(analysis.curves(settings, history.weights, x), layout["yaxis"])
    places = listed(rounded(x, layout["xaxis"]))
    lines = [
        trace(
            places,
            None,
            name=_("fit"),
            showlegend=variant == 0,
            line={
                "color": FIT,
                "width": 3 if variant == 0 else 1.5,
                "dash": DASHES[variant],
                "shape": "spline",
            },
            hovertemplate=PLACE,
        )
        for variant in range(len(curves))
    ]
    by_snapshot = listed(curves.swapaxes(0, 1))
    return Moving(lines, [[{"y": curve} for curve in variants] for variants in by_snapshot])


def loss(history: History, _: Translate) -> Figure:
    """Return the loss over the epochs."""
    epochs = shown(history.loss)
    epoch, name = _("epoch"), _("loss")
    return trace(
        epochs.tolist(),
        positive(history.loss[epochs]),
        row=2,
        name=name,
        line={"color": LOSS, "width": 2},
        hovertemplate=f"{epoch} %{{x}}<br>{name} %{{y:{HOVERED}}}<extra></extra>",
    )


def loss_marker(history: History) -> Moving:
    """Return the epoch that is replayed, on the loss."""
    moving = trace(None, None, row=2, mode="markers", marker=mark(LOSS, size=10), hoverinfo="skip")
    losses = history.loss[history.epochs].tolist()
    pairs = zip(history.epochs.tolist(), losses, strict=True)
    return Moving([moving], [[{"x": [epoch], "y": positive(value)}] for epoch, value in pairs])


def reading(history: History, layout: Figure, _: Translate) -> Moving:
    """Return the epoch and the loss in words, above the loss.

    The slider could say it, but it would measure all its labels before the figure is drawn.
    """
    said = [[{"text": [_said(history, k, _)]}] for k in range(len(history.epochs))]
    return Moving([plotting.reading(layout)], said)


def _said(history: History, k: int, _: Translate) -> str:
    epoch = history.epochs[k]
    if not history.ended and np.isnan(
        history.loss[epoch]
    ):  # it depends on what the first forward pass draws
        return ""
    loss = f"{history.loss[epoch]:.4g}"
    return _("epoch {epoch} · loss {loss}").format(epoch=epoch, loss=loss)


def floor(settings: Settings, best: Quadratic, _: Translate) -> Figure:
    """Return the lowest loss that any weights reach."""
    name = _("floor")
    return trace(
        [0, settings.epochs],
        [best.floor or None] * 2,
        row=2,
        name=name,
        showlegend=False,
        line=FLOOR_LINE,
        hovertemplate=f"{name} %{{y:{HOVERED}}}<extra></extra>",
    )


def layout(settings: Settings, runs: Sequence[History], _: Translate) -> Figure:
    """Return the figure's layout, with room for all of `runs` on the axes of the loss."""
    x, y = data.sample_for(settings)
    room = ROOM * float(np.ptp(y) or 1)
    wide = settings.lesson.sample.margin * float(np.ptp(x))
    across = [float(x.min()) - wide, float(x.max()) + wide]
    up = [float(y.min()) - room, float(y.max()) + room]
    return plotting.layout(
        HEIGHT,
        (72, 24, 28, 104),
        legend2=legend(0.2, itemwidth=40),
        xaxis=axis(domain=[0, 1], anchor="y", range=across),
        yaxis=axis("y", 14, domain=[0.61, 1.0], range=up),
        **_loss_axes(settings, runs, _),
    )


def _loss_axes(settings: Settings, runs: Sequence[History], _: Translate) -> Figure:
    epochs = max([settings.epochs, *(len(run.loss) for run in runs)])
    squares = np.square(data.sample_for(settings)[1])
    losses = np.concatenate([run.loss for run in runs])
    usual = squares.mean() if settings.mean else squares.sum()
    losses = np.append(losses, [analysis.floor(settings), usual])
    powers = np.log10(losses[np.isfinite(losses) & (losses > 0)])
    low, high = float(powers.min()), float(powers.max())
    decades = high - low
    # whole decades, where there are some
    ticks = {"dtick": math.ceil(decades / 3)} if decades > 1 else {"nticks": 4}
    shown_losses = {"domain": [0.28, 0.5], "range": [low - 0.3, high + 0.3], **ticks}
    return {
        "xaxis2": axis(
            _("epoch"), domain=[0, 1], anchor="y3", range=[-0.015 * epochs, 1.04 * epochs]
        ),
        "yaxis2": log_axis(_("loss"), 14, **shown_losses),
    }
