"""Check -> plotly figure, as a plain dict."""

from __future__ import annotations

import math

import numpy as np

from playground.core.i18n import Translate
from playground.core.plotting import LOSS, TARGET, Figure, axis, layout, trace
from playground.core.rounding import finite, spread
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
    highest = drawn.losses[np.isfinite(drawn.losses)].max(initial=first)
    return {"data": traces, "layout": _layout(last, min(100 * first, highest), _)}


def _layout(low: float, high: float, _: Translate) -> Figure:
    epochs = axis(_("epoch"), 8, range=[-0.015 * EPOCHS, 1.02 * EPOCHS])
    losses = axis(
        _("loss"),
        8,
        type="log",
        range=[math.log10(low) - 0.15, math.log10(high) + 0.15],
        tickvals=[m * 10**k for k in range(-1, 6) for m in (1, 2, 5)],
    )
    return layout(HEIGHT, (56, 16, 28, 44), xaxis=epochs, yaxis=losses)


def _curve(fit: Fit, name: str, line: Figure) -> Figure:
    count = len(fit.losses)
    epochs = spread(count, SHOWN)
    return trace(
        epochs.tolist(),
        finite(fit.losses[epochs], 5),
        name=name,
        line=line,
        hovertemplate="%{x}<br>%{y:.4g}",
    )
