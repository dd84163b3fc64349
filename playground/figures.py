"""History -> plotly figure. Every function is pure: data in, figure out, as a plain dict.

One colour has one meaning on every page, from the palette of Okabe and Ito
(https://jfly.uni-koeln.de/color/), with a dash or a shape beside it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground import analysis, data
from playground.history import History
from playground.i18n import Translate
from playground.settings import Settings

Array = NDArray[np.float64]
Figure = dict[str, Any]

DATA, FIT, LOSS, TARGET = "#8C8C8C", "#0072B2", "#D55E00", "#009E73"
DASHES = ("solid", "dot", "dash", "longdash", "dashdot")
HEIGHT = 540
POINTS_A_DEGREE = 8  # of a curve: a spline runs through them
SHOWN_POINTS = 180
SHOWN_LOSSES = 500
FRAME_MS, FAST_MS = 50, 12


def replay(history: History, settings: Settings, _: Translate, *, animated: bool = True) -> Figure:
    """Return data, fit, loss and weights in one figure that replays `history` in the browser.

    `animated` adds the frames and their controls: one frame a snapshot, which moves the curve and
    a marker in each panel.
    """
    best = analysis.quadratic_for(settings)
    degree = max(len(best.weights), len(history.names)) - 1
    x = np.linspace(-np.pi, np.pi, POINTS_A_DEGREE * degree + 1)
    traces = [_points(settings, _)]
    beside = [_least_squares(x, best, _), _floor(settings, best, _)]
    layout = _layout(settings, best, history, _)
    fits = _to_pixels(analysis.curves(settings.stage, history.weights, x), layout)
    moving = [*_fits(x, fits, len(history.epochs) - 1, _), _loss_marker(history, -1)]
    moving += [_weights_marker(history, -1), _reading(history, -1, layout, _)]
    first = len(traces)
    traces += [*moving, _loss(history, _), *_weights(history), *beside]
    traces += _best_weights(settings, best, _)
    figure: Figure = {"data": traces, "layout": layout}
    if animated:
        indices = list(range(first, first + len(moving)))
        figure["frames"] = [
            {
                "name": str(epoch),
                "traces": indices,
                "data": [
                    *({"y": fit} for fit in fits[:, k].tolist()),
                    {"x": [int(epoch)], "y": [_number(history.loss[epoch])]},
                    {
                        "x": [int(epoch)] * len(history.names),
                        "y": _round(history.weights[k]).tolist(),
                    },
                    {"text": [_said(history, k, _)]},
                ],
            }
            for k, epoch in enumerate(history.epochs)
        ]
        layout |= _controls(history)
    return figure


def _trace(x: Any, y: Any, row: int = 1, **more: Any) -> Figure:
    """Return a trace in panel `row`: 1 the fit, 2 the loss, 3 the weights."""
    axes = {} if row == 1 else {"xaxis": "x2", "yaxis": f"y{row}"}
    shared = {"type": "scatter", "mode": "lines", "showlegend": "name" in more, **axes}
    return shared | {"x": x, "y": y} | more


def _points(settings: Settings, _: Translate) -> Figure:
    x, y = data.sample_for(settings)
    count = SHOWN_POINTS if settings.noise else SHOWN_POINTS // 3  # a smooth curve needs fewer
    some = np.unique(np.linspace(0, len(x) - 1, min(len(x), count)).astype(int))
    return _trace(
        _round(x[some]).tolist(),
        _round(y[some]).tolist(),
        name=_("data"),
        mode="markers",
        marker={"color": DATA, "size": 4},
        hovertemplate="x %{x:.3f}<br>y %{y:.4g}<extra></extra>",
    )


def _least_squares(x: Array, best: analysis.Quadratic, _: Translate) -> Figure:
    return _trace(
        _round(x).tolist(),
        _round(np.vander(x, len(best.weights), increasing=True) @ best.weights).tolist(),
        name=_("least squares"),
        line={"color": TARGET, "dash": "dash", "width": 2, "shape": "spline"},
        hoverinfo="skip",
    )


def _fits(x: Array, fits: Array, k: int, _: Translate) -> list[Figure]:
    """Return the fitted curve, and fainter the others that a stage draws by chance."""
    return [
        _trace(
            _round(x).tolist(),
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
    epochs = _shown(history.loss)
    return _trace(
        epochs.tolist(),
        [_number(v) for v in history.loss[epochs].tolist()],
        row=2,
        name=_("loss"),
        line={"color": LOSS, "width": 2},
        hovertemplate=_("epoch") + " %{x}<br>" + _("loss") + " %{y:.7g}<extra></extra>",
    )


def _loss_marker(history: History, k: int) -> Figure:
    epoch = int(history.epochs[k])
    marker = {"color": LOSS, "size": 10, "line": {"color": "white", "width": 1.5}}
    loss = [_number(history.loss[epoch])]
    return _trace([epoch], loss, row=2, mode="markers", marker=marker, hoverinfo="skip")


def _floor(settings: Settings, best: analysis.Quadratic, _: Translate) -> Figure:
    return _trace(
        [0, settings.epochs],
        [best.floor or None] * 2,
        row=2,
        name=_("floor"),
        showlegend=False,
        line={"color": TARGET, "dash": "dash", "width": 1.5},
        hovertemplate=_("floor") + " %{y:.6g}<extra></extra>",
    )


def _weights(history: History) -> list[Figure]:
    return [
        _trace(
            history.epochs.tolist(),
            _round(history.weights[:, k]).tolist(),
            row=3,
            name=name,
            legend="legend2",
            line={"color": FIT, "width": 1.5, "dash": DASHES[k % len(DASHES)]},
            hovertemplate=f"{name} %{{y:.5g}}<extra></extra>",
        )
        for k, name in enumerate(history.names)
    ]


def _weights_marker(history: History, k: int) -> Figure:
    epochs = [int(history.epochs[k])] * len(history.names)
    marker = {"color": FIT, "size": 7, "line": {"color": "white", "width": 1}}
    weights = _round(history.weights[k]).tolist()
    return _trace(epochs, weights, row=3, mode="markers", marker=marker, hoverinfo="skip")


def _reading(history: History, k: int, layout: Figure, _: Translate) -> Figure:
    """Return the epoch and the loss in words, in the corner of the loss that a fall leaves free.

    The slider could say it, but it would measure all its labels before the figure is drawn.
    """
    corner = [layout["xaxis2"]["range"][1]], [10 ** layout["yaxis2"]["range"][1]]
    return _trace(
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
    marks = _trace(
        [settings.epochs] * len(best.weights),
        _round(best.weights).tolist(),
        row=3,
        mode="markers",
        marker={"color": TARGET, "symbol": "line-ew-open", "size": 12, "line": {"width": 2}},
        cliponaxis=False,
        hovertemplate=_("least squares") + " %{y:.5g}<extra></extra>",
    )
    return [marks]


def _layout(settings: Settings, best: analysis.Quadratic, history: History, _: Translate) -> Figure:
    y = data.sample_for(settings)[1]
    room = 0.35 * float(np.ptp(y) or 1)
    epochs = [0, settings.epochs]
    losses = np.append(history.loss, [best.floor, settings.points])
    losses = losses[np.isfinite(losses) & (losses > 0)]
    grid = {"gridcolor": "rgba(128,128,128,0.2)", "zeroline": False, "automargin": False}
    return {
        "height": HEIGHT,
        "margin": {"l": 56, "r": 24, "t": 28, "b": 104},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        "legend2": {"orientation": "h", "itemwidth": 40, "x": 0, "y": 0.2, "yanchor": "bottom"},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {
            "domain": [0, 1],
            "anchor": "y",
            "range": [-3.3, 3.3],
            "fixedrange": True,
            **grid,
        },
        "yaxis": {
            "domain": [0.58, 1.0],
            "range": [float(y.min()) - room, float(y.max()) + room],
            "title": {"text": "y", "standoff": 8},
            "fixedrange": True,
            **grid,
        },
        "xaxis2": {
            "domain": [0, 1],
            "anchor": "y3",
            "range": [-0.015 * epochs[1], 1.04 * epochs[1]],
            "title": {"text": _("epoch"), "standoff": 4},
            "fixedrange": True,
            **grid,
        },
        "yaxis2": {
            "domain": [0.28, 0.5],
            "type": "log",
            "range": [float(np.log10(losses.min())) - 0.3, float(np.log10(losses.max())) + 0.3],
            "title": {"text": _("loss"), "standoff": 8},
            "exponentformat": "power",
            "nticks": 4,
            "fixedrange": True,
            **grid,
        },
        "yaxis3": {
            "domain": [0.0, 0.2],
            "range": _weights_range(history, best),
            "title": {"text": _("weights"), "standoff": 8},
            "nticks": 4,
            "fixedrange": True,
            **grid,
        },
    }


def _weights_range(history: History, best: analysis.Quadratic) -> list[float]:
    """Return the range to show: all the weights, unless some ran away."""
    sought = best.weights
    sane = 4 * max(1.0, float(np.abs(history.weights[0]).max()), float(np.abs(sought).max()))
    shown = history.weights[np.isfinite(history.weights) & (np.abs(history.weights) <= sane)]
    sought = np.append(shown, sought)
    low, high = float(sought.min()), float(sought.max())
    room = 0.12 * (high - low or 1.0)
    return [low - room, high + room]


def _controls(history: History) -> Figure:
    def jump(ms: int) -> Figure:
        return {
            "mode": "immediate",
            "frame": {"duration": ms, "redraw": False},
            "transition": {"duration": 0},
        }

    def play(label: str, ms: int, direction: str) -> Figure:
        how = jump(ms) | {"fromcurrent": True, "direction": direction}
        return {"label": label, "method": "animate", "args": [None, how]}

    steps = [
        {
            "label": " ",
            "method": "animate",
            "args": [[str(epoch)], jump(0)],
        }
        for epoch in history.epochs
    ]
    return {
        "updatemenus": [
            {
                "type": "buttons",
                "direction": "right",
                "x": 0,
                "y": 0,
                "xanchor": "left",
                "yanchor": "top",
                "pad": {"t": 76},
                "showactive": False,
                "font": {"size": 13},
                "buttons": [
                    play("◀◀", FAST_MS, "reverse"),
                    play("◀", FRAME_MS, "reverse"),
                    {"label": "❚❚", "method": "animate", "args": [[None], jump(0)]},
                    play("▶", FRAME_MS, "forward"),
                    play("▶▶", FAST_MS, "forward"),
                ],
            }
        ],
        "sliders": [
            {
                "active": len(steps) - 1,
                "x": 0,
                "y": 0,
                "len": 1.0,
                "pad": {"t": 46, "b": 0},
                "ticklen": 0,
                "minorticklen": 0,
                "currentvalue": {"visible": False},
                "steps": steps,
            }
        ],
    }


def _shown(loss: Array) -> NDArray[np.int64]:
    """Return the epochs to draw: all, or each bin's lowest and highest, to lose no spike."""
    if len(loss) <= SHOWN_LOSSES:
        return np.arange(len(loss))
    bins = np.array_split(np.arange(len(loss)), SHOWN_LOSSES // 2)
    ends = [k for b in bins for k in (b[np.argmin(loss[b])], b[np.argmax(loss[b])])]
    return np.unique([0, *ends, len(loss) - 1])


def _number(value: float) -> float | None:
    """Return `value` for JSON, to the seven digits that a float32 has.

    JSON knows no infinity, and a log axis has no place for 0.
    """
    return float(f"{value:.7g}") if 0 < value < math.inf else None


def _to_pixels(curves: Array, layout: Figure) -> Array:
    """Return `curves` to a fifth of a pixel, as most of what is sent is they; finite all."""
    low, high = layout["yaxis"]["range"]
    far = 1e4 * (high - low)  # what has run away leaves the panel upright
    step = 10.0 ** np.floor(np.log10((high - low) / 1000))
    inside = np.clip(np.nan_to_num(curves, posinf=far, neginf=-far), -far, far)
    decimals = max(0, round(-np.log10(step)))
    rounded: Array = np.round(np.round(inside / step) * step, decimals)
    return rounded


def _round(values: Array) -> Array:
    """Return `values` to four significant digits, which halves what is sent; finite all."""
    values = np.nan_to_num(np.asarray(values, dtype=float), nan=0.0, posinf=1e30, neginf=-1e30)
    with np.errstate(divide="ignore"):
        digits = np.where(values == 0, 0, 3 - np.floor(np.log10(np.abs(values))))
    scale = 10.0 ** np.clip(digits, -300, 300)
    rounded: Array = np.round(np.clip(values, -1e30, 1e30) * scale) / scale
    return rounded
