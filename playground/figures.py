"""History -> plotly figure. Every function is pure: data in, figure out, as a plain dict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground import analysis, data
from playground.history import History
from playground.i18n import Translate
from playground.plotting import (
    DASHES,
    DATA,
    FIT,
    GRID,
    LOSS,
    TARGET,
    Figure,
    controls,
    number,
    rounded,
    segments,
    shown,
    to_pixels,
    trace,
)
from playground.settings import Settings

Array = NDArray[np.float64]

HEIGHT = 540
POINTS_A_DEGREE = 8  # of a curve: a spline runs through them
SHOWN_POINTS = 180
SHOWN_RESIDUALS = 40


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
    best = analysis.quadratic_for(settings)
    x = _curve_x(settings, max(len(best.weights), len(history.names), 2) - 1)
    lowest = panel or _weights(history, settings, best, _)
    layout = _layout(settings, best, history, _, ghosts)
    for name, values in lowest.layout.items():
        layout[name] = layout.get(name, {}) | values if isinstance(values, dict) else values
    fits = to_pixels(analysis.curves(settings, history.weights, x), layout)
    residuals = _residuals(history, settings, layout)
    traces = [_points(settings, _), *lowest.still, *_ghosts(ghosts, x, layout)]
    first = len(traces)
    moving = [*residuals.moving, *_fits(x, fits, len(history.epochs) - 1, _)]
    moving += [_loss_marker(history, -1), *lowest.moving, _reading(history, -1, layout, _)]
    traces += [*moving, _loss(history, _)]
    traces += [_least_squares(x, settings, best, _), _floor(settings, best, _)]
    figure: Figure = {"data": traces, "layout": layout}
    if animated:
        indices = list(range(first, first + len(moving)))
        figure["frames"] = [
            {
                "name": str(epoch),
                "traces": indices,
                "data": [
                    *residuals.at[k],
                    *({"y": fit} for fit in fits[:, k].tolist()),
                    {"x": [int(epoch)], "y": [number(history.loss[epoch])]},
                    *lowest.at[k],
                    {"text": [_said(history, k, _)]},
                ],
            }
            for k, epoch in enumerate(history.epochs)
        ]
        layout |= controls(history, redraw="scene" in layout)
    return figure


def _ghosts(ghosts: Sequence[Ghost], x: Array, layout: Figure) -> list[Figure]:
    """Return the last fit and the loss of each ghost, in the same colours, faint."""
    drawn = []
    for place, ghost in enumerate(ghosts):
        run = ghost.history
        faint: Figure = {"opacity": 0.45, "hoverinfo": "name", "legendrank": 2000}
        dash = DASHES[1 + place % (len(DASHES) - 1)]
        last = np.array([list(run.final.values())])
        fit = to_pixels(analysis.curves(ghost.settings, last, x)[0, 0], layout)
        fit_line = {"color": FIT, "width": 2, "dash": dash, "shape": "spline"}
        drawn.append(
            trace(rounded(x).tolist(), fit.tolist(), name=ghost.name, line=fit_line, **faint)
        )
        epochs = shown(run.loss)
        losses = [number(v) for v in run.loss[epochs].tolist()]
        loss_line = {"color": LOSS, "width": 1.5, "dash": dash}
        more = {"name": ghost.name, "showlegend": False, "line": loss_line, **faint}
        drawn.append(trace(epochs.tolist(), losses, row=2, **more))
    return drawn


def _curve_x(settings: Settings, degree: int) -> Array:
    x, _ = data.sample_for(settings)
    room = 0.0 if settings.ladder == "polynomial" else 0.06 * float(np.ptp(x))
    return np.linspace(x.min() - room, x.max() + room, POINTS_A_DEGREE * degree + 1)


def _residuals(history: History, settings: Settings, layout: Figure) -> Panel:
    """Return a segment from the fit to each point, or to some of many: the errors."""
    if settings.lesson.form != "line":
        return Panel([], [], [[] for _ in history.epochs], {})
    x, y = data.sample_for(settings)
    some = np.unique(np.linspace(0, len(x) - 1, min(len(x), SHOWN_RESIDUALS)).astype(int))
    fits = to_pixels(analysis.curves(settings, history.weights, x[some])[0], layout)
    ends = [segments(fit, y[some].tolist()) for fit in fits.tolist()]
    moving = trace(
        segments(rounded(x[some]).tolist(), rounded(x[some]).tolist()),
        ends[-1],
        line={"color": LOSS, "width": 1.2},
        hoverinfo="skip",
    )
    return Panel([], [moving], [[{"y": end}] for end in ends], {})


def _points(settings: Settings, _: Translate) -> Figure:
    x, y = data.sample_for(settings)
    count = SHOWN_POINTS if settings.noise else SHOWN_POINTS // 3  # a smooth curve needs fewer
    some = np.unique(np.linspace(0, len(x) - 1, min(len(x), count)).astype(int))
    return trace(
        rounded(x[some]).tolist(),
        rounded(y[some]).tolist(),
        name=_("data"),
        mode="markers",
        marker={"color": DATA, "size": 4 if len(some) > 40 else 7},
        hovertemplate="x %{x:.3f}<br>y %{y:.4g}<extra></extra>",
    )


def _least_squares(x: Array, settings: Settings, best: analysis.Quadratic, _: Translate) -> Figure:
    return trace(
        rounded(x).tolist(),
        rounded(analysis.columns(settings, x) @ best.weights).tolist(),
        name=_("least squares"),
        line={"color": TARGET, "dash": "dash", "width": 2, "shape": "spline"},
        hoverinfo="skip",
    )


def _fits(x: Array, fits: Array, k: int, _: Translate) -> list[Figure]:
    """Return the fitted curve, and fainter the others that a stage draws by chance."""
    return [
        trace(
            rounded(x).tolist(),
            fit[k].tolist(),
            name=_("fit"),
            showlegend=variant == 0,
            line={
                "color": FIT,
                "width": 3 if variant == 0 else 1.5,
                "dash": DASHES[variant],
                "shape": "spline",
            },
            hovertemplate="x %{x:.3f}<br>y %{y:.4g}<extra></extra>",
        )
        for variant, fit in enumerate(fits)
    ]


def _loss(history: History, _: Translate) -> Figure:
    epochs = shown(history.loss)
    return trace(
        epochs.tolist(),
        [number(v) for v in history.loss[epochs].tolist()],
        row=2,
        name=_("loss"),
        line={"color": LOSS, "width": 2},
        hovertemplate=_("epoch") + " %{x}<br>" + _("loss") + " %{y:.7g}<extra></extra>",
    )


def _loss_marker(history: History, k: int) -> Figure:
    epoch = int(history.epochs[k])
    marker = {"color": LOSS, "size": 10, "line": {"color": "white", "width": 1.5}}
    loss = [number(history.loss[epoch])]
    return trace([epoch], loss, row=2, mode="markers", marker=marker, hoverinfo="skip")


def _floor(settings: Settings, best: analysis.Quadratic, _: Translate) -> Figure:
    return trace(
        [0, settings.epochs],
        [best.floor or None] * 2,
        row=2,
        name=_("floor"),
        showlegend=False,
        line={"color": TARGET, "dash": "dash", "width": 1.5},
        hovertemplate=_("floor") + " %{y:.6g}<extra></extra>",
    )


def _weights(history: History, settings: Settings, best: analysis.Quadratic, _: Translate) -> Panel:
    """Return the weights over the epochs, a line each, and where they should end."""
    shown_weights = rounded(history.weights)
    lines = [
        trace(
            history.epochs.tolist(),
            shown_weights[:, k].tolist(),
            row=3,
            name=name,
            legend="legend2",
            line={"color": FIT, "width": 1.5, "dash": DASHES[k % len(DASHES)]},
            hovertemplate=f"{name} %{{y:.5g}}<extra></extra>",
        )
        for k, name in enumerate(history.names)
    ]
    marker = {"color": FIT, "size": 7, "line": {"color": "white", "width": 1}}
    at = [
        {"x": [epoch] * len(history.names), "y": weights}
        for epoch, weights in zip(history.epochs.tolist(), shown_weights.tolist(), strict=True)
    ]
    marks = trace(None, None, row=3, mode="markers", marker=marker, hoverinfo="skip") | at[-1]
    axis = {"range": _weights_range(history, best), "title": {"text": _("weights"), "standoff": 14}}
    layout = {"yaxis3": {"domain": [0.0, 0.2], "nticks": 4, "fixedrange": True, **GRID, **axis}}
    sought = _best_weights(settings, best, _)
    return Panel([*lines, *sought], [marks], [[change] for change in at], layout)


def _reading(history: History, k: int, layout: Figure, _: Translate) -> Figure:
    """Return the epoch and the loss in words, in the corner of the loss that a fall leaves free.

    The slider could say it, but it would measure all its labels before the figure is drawn.
    """
    top = min(layout["yaxis2"]["range"][1], 308)  # the largest power of ten that a float holds
    corner = [layout["xaxis2"]["range"][1]], [10.0**top]
    return trace(
        *corner,
        row=2,
        mode="text",
        text=[_said(history, k, _)],
        textposition="bottom left",
        textfont={"color": DATA, "size": 13},
        hoverinfo="skip",
    )


def _said(history: History, k: int, _: Translate) -> str:
    epoch = history.epochs[k]
    if not history.ended and np.isnan(history.loss[epoch]):  # chance has yet to say what it is
        return ""
    loss = f"{history.loss[epoch]:.4g}"
    return _("epoch {epoch} · loss {loss}").format(epoch=epoch, loss=loss)


def _best_weights(settings: Settings, best: analysis.Quadratic, _: Translate) -> list[Figure]:
    """Return the least-squares weights as marks at the end, where they are what is sought."""
    if not settings.lesson.quadratic:
        return []
    marks = trace(
        [settings.epochs] * len(best.weights),
        rounded(best.weights).tolist(),
        row=3,
        mode="markers",
        marker={"color": TARGET, "symbol": "line-ew-open", "size": 12, "line": {"width": 2}},
        cliponaxis=False,
        hovertemplate=_("least squares") + " %{y:.5g}<extra></extra>",
    )
    return [marks]


def _layout(
    settings: Settings,
    best: analysis.Quadratic,
    history: History,
    _: Translate,
    ghosts: Sequence[Ghost],
) -> Figure:
    x, y = data.sample_for(settings)
    room = 0.35 * float(np.ptp(y) or 1)
    margin = 0.025 if settings.ladder == "polynomial" else 0.08
    wide = margin * float(np.ptp(x))
    epochs = [0, max([settings.epochs, *(len(ghost.history.loss) for ghost in ghosts)])]
    squares = np.square(y)
    losses = np.concatenate([history.loss, *(ghost.history.finite for ghost in ghosts)])
    losses = np.append(losses, [best.floor, squares.mean() if settings.mean else len(y)])
    losses = losses[np.isfinite(losses) & (losses > 0)]
    return {
        "height": HEIGHT,
        "margin": {"l": 72, "r": 24, "t": 28, "b": 104},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        "legend2": {"orientation": "h", "itemwidth": 40, "x": 0, "y": 0.2, "yanchor": "bottom"},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {
            "domain": [0, 1],
            "anchor": "y",
            "range": [float(x.min()) - wide, float(x.max()) + wide],
            "fixedrange": True,
            **GRID,
        },
        "yaxis": {
            "domain": [0.58, 1.0],
            "range": [float(y.min()) - room, float(y.max()) + room],
            "title": {"text": "y", "standoff": 14},
            "fixedrange": True,
            **GRID,
        },
        "xaxis2": {
            "domain": [0, 1],
            "anchor": "y3",
            "range": [-0.015 * epochs[1], 1.04 * epochs[1]],
            "title": {"text": _("epoch"), "standoff": 4},
            "fixedrange": True,
            **GRID,
        },
        "yaxis2": {
            "domain": [0.28, 0.5],
            "type": "log",
            "range": [float(np.log10(losses.min())) - 0.3, float(np.log10(losses.max())) + 0.3],
            "title": {"text": _("loss"), "standoff": 14},
            "exponentformat": "power",
            **_decades(losses),
            "fixedrange": True,
            **GRID,
        },
    }


def _decades(losses: Array) -> Figure:
    """Return the marks of a log axis: whole decades, where there are some."""
    decades = float(np.log10(losses.max() / losses.min()))
    return {"dtick": math.ceil(decades / 3)} if decades > 1 else {"nticks": 4}


def _weights_range(history: History, best: analysis.Quadratic) -> list[float]:
    """Return the range to show: all the weights, unless some ran away."""
    sought = best.weights
    sane = 4 * max(1.0, float(np.abs(history.weights[0]).max()), float(np.abs(sought).max()))
    shown = history.weights[np.isfinite(history.weights) & (np.abs(history.weights) <= sane)]
    sought = np.append(shown, sought)
    low, high = float(sought.min()), float(sought.max())
    room = 0.12 * (high - low or 1.0)
    return [low - room, high + room]
