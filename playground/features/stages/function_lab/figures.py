"""Check -> plotly figure: pure functions, as in `figures`."""

from __future__ import annotations

import math

import numpy as np

from playground.core.i18n import Translate
from playground.core.plotting import GRID, LOSS, TARGET, Figure
from playground.features.stages.function_lab.results import EPOCHS, Check, Fit

HEIGHT = 260
SHOWN = 120  # points of a curve, and losses up to 100 times the first


def losses(check: Check, good: Check, _: Translate) -> Figure:
    """Return the loss of this version's fit beside that of the correct one.

    Where the stage's own loop ends with an error and `torch.optim.SGD` does not, the latter is
    drawn.
    """
    drawn = check.optim if check.loop.raised and not check.optim.raised else check.loop
    name = "torch.optim.SGD" if drawn is check.optim else _("this version")
    traces = [
        _curve(drawn, name, {"color": LOSS, "width": 3}),
        _curve(good.loop, _("correct version"), {"color": TARGET, "dash": "dash", "width": 2}),
    ]
    if len(drawn.losses) < EPOCHS:  # too few for a line alone to be seen
        traces[0] |= {"mode": "lines+markers", "marker": {"symbol": "x", "size": 8}}
    first, last = good.loop.losses[[0, -1]]
    finite = drawn.losses[np.isfinite(drawn.losses)]
    return {"data": traces, "layout": _layout(last, min(100 * first, finite.max(initial=first)), _)}


def _layout(low: float, high: float, _: Translate) -> Figure:
    grid = {**GRID, "fixedrange": True}
    return {
        "height": HEIGHT,
        "margin": {"l": 56, "r": 16, "t": 28, "b": 44},
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        "dragmode": False,
        "xaxis": {
            "range": [-0.015 * EPOCHS, 1.02 * EPOCHS],
            "title": {"text": _("epoch"), "standoff": 8},
            **grid,
        },
        "yaxis": {
            "type": "log",
            "range": [math.log10(low) - 0.15, math.log10(high) + 0.15],
            "title": {"text": _("loss"), "standoff": 8},
            "tickvals": [m * 10**k for k in range(-1, 6) for m in (1, 2, 5)],
            **grid,
        },
    }


def _curve(fit: Fit, name: str, line: Figure) -> Figure:
    count = len(fit.losses)
    epochs = np.unique(np.linspace(0, count - 1, min(count, SHOWN)).astype(int))
    values = fit.losses[epochs]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": epochs.tolist(),
        "y": [float(f"{v:.5g}") if math.isfinite(v) else None for v in values],
        "line": line,
        "hovertemplate": "%{x}<br>%{y:.4g}",
    }
