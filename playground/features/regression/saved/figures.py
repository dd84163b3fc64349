"""Loaded and Continued -> plotly figures, as plain dicts."""

from __future__ import annotations

import math

import numpy as np

from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import DATA, FIT, LOSS, Figure, axis, layout, log_axis, trace
from playground.core.rounding import finite, positive, spread
from playground.features.regression.saved.results import Array, Continued, Loaded

HEIGHT = 300
SHOWN = 160  # points of a curve


def predictions(seen: Loaded, _: Translate) -> Figure:
    """Return the sample, and the lines of the page's model, faint, and of the loaded one."""
    ends = [int(np.argmin(seen.x)), int(np.argmax(seen.x))]
    points = trace(
        seen.x.tolist(),
        seen.y.tolist(),
        mode="markers",
        name=_("data"),
        marker={"color": DATA, "size": 7},
        hovertemplate="x %{x:.4g}<br>y %{y:.4g}<extra></extra>",
    )
    lines = [
        _line(seen.x[ends], seen.current[ends], _("model on this page"), 7) | {"opacity": 0.3},
        _line(seen.x[ends], seen.loaded[ends], _("loaded model"), 2.5),
    ]
    return {"data": [points, *lines], "layout": _layout(axis("x", 8), axis("y", 8))}


def losses(run: History, updates: int, seen: Loaded, found: Continued, _: Translate) -> Figure:
    """Return the page's run, faint, and from the file's epoch on the ways to train on.

    updates: how many the run made; the curves begin there if the file names no epoch. Of what was
    before, no more than twice their length is shown.
    """
    begin = updates if seen.epoch is None else seen.epoch
    first = max(0, min(begin, updates) - 2 * len(found.without))
    style = {"color": LOSS, "width": 6}
    traces = [_curve(run.finite[first:], first, _("run on this page"), style) | {"opacity": 0.3}]
    if found.state is not None:
        style = {"color": LOSS, "width": 2.5}
        traces.append(_curve(found.state, begin, _("with the optimizer's state"), style))
    style = {"color": LOSS, "width": 2, "dash": "dot"}
    traces.append(_curve(found.without, begin, _("without it"), style))
    height = log_axis(_("loss"), 8, range=_range(traces), nticks=4)
    return {"data": traces, "layout": _layout(axis(_("epoch"), 8), height)}


def _line(x: Array, y: Array, name: str, width: float) -> Figure:
    return trace(
        x.tolist(),
        finite(y, 6),
        name=name,
        line={"color": FIT, "width": width},
        hovertemplate="x %{x:.4g}<br>%{y:.5g}",
    )


def _curve(loss: Array, begin: int, name: str, line: Figure) -> Figure:
    shown = spread(len(loss), SHOWN)
    return trace(
        (begin + shown).tolist(),
        positive(loss[shown], 5),
        mode="lines" if len(shown) > 1 else "markers",
        name=name,
        line=line,
        marker={"color": LOSS, "symbol": "x", "size": 9},
        hovertemplate="%{x}<br>%{y:.4g}",
    )


def _range(traces: list[Figure]) -> list[float]:
    shown = [y for drawn in traces for y in drawn["y"] if y is not None] or [1.0]
    low, high = math.log10(min(shown)), math.log10(max(shown))
    room = 0.06 * max(high - low, 1.0)
    return [low - room, high + room]


def _layout(x: Figure, y: Figure) -> Figure:
    return layout(HEIGHT, (60, 16, 52, 44), xaxis=x, yaxis=y)
