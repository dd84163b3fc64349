"""The attempts of the challenge, and the bases compared -> plotly figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import N_, Translate
from playground.core.plotting import (
    DASHES,
    FIT,
    FLOOR_LINE,
    LOSS,
    ORANGE,
    SKY,
    Figure,
    trace,
)
from playground.core.rounding import finite, to_digits
from playground.features.learning_rates import knobs
from playground.features.learning_rates.figures.shared import (
    HIGHEST,
    axes,
    clipped,
    decades,
    floor_line,
    loss_range,
    upright,
)
from playground.features.learning_rates.knobs import Lab
from playground.features.learning_rates.results import Attempt, Basis

Array = NDArray[np.float64]

BASES = {
    "raw": (FIT, "solid", "circle", N_("raw powers")),
    "scaled": (ORANGE, "dash", "diamond", N_("scaled")),
    "orthogonal": (SKY, "dot", "triangle-up", N_("orthogonal")),
}


def attempts(tried: Sequence[Attempt], goal: float, _: Translate) -> Figure:
    """Return the loss of each attempt over its epochs, the last one boldest, and the goal."""
    first = float(tried[0].loss[0]) if tried else max(10 * goal, 1.0)
    longest = max((one.ended for one in tried), default=knobs.LIMIT // 10)
    low, high = goal / 3, HIGHEST * first
    traces = [_attempt(one, k, len(tried), low, high) for k, one in enumerate(tried)]
    ends = [1, max(2, 1.2 * longest)]
    traces.append(trace(ends, [goal, goal], name=_("goal"), line=FLOOR_LINE, hoverinfo="skip"))
    layout = axes(ends, _("epoch"), (low, high), _)
    del layout["yaxis2"]
    layout["height"] = 360
    layout["margin"] |= {"t": 40}
    layout["legend"]["y"] = 1.02
    layout["xaxis"]["anchor"] = "y"
    layout["yaxis"] |= {"domain": [0, 1], "title": {"text": _("loss"), "standoff": 6}, "dtick": 1}
    return {"data": traces, "layout": layout}


def _attempt(one: Attempt, k: int, count: int, low: float, high: float) -> Figure:
    last = k == count - 1
    seen = np.where(one.loss <= high, np.maximum(one.loss, low), np.nan)
    ends = [0] * (len(seen) - 1) + [10]
    symbol = "star" if one.reached is not None else "x"
    return trace(
        np.maximum(one.epochs, 1).tolist(),
        finite(seen, 5),
        mode="lines+markers",
        name=f"{k + 1}: {one.rate:.4g}",
        opacity=1.0 if last else 0.45,
        line={"color": LOSS, "width": 3 if last else 1.5, "dash": DASHES[k % len(DASHES)]},
        marker={"color": LOSS, "symbol": symbol, "size": ends},
        hovertemplate="%{x}: %{y:.5g}<extra></extra>",
    )


def bases(found: Sequence[Basis], lab: Lab, _: Translate) -> Figure:
    """Return the sweep of `lab` in each basis, its rates as shares of its own border."""
    floor, name = lab.best.floor, knobs.border_name(lab.fit.momentum)
    low, high = loss_range(
        np.concatenate([b.swept.final for b in found]), found[0].swept.first, floor
    )
    shares = [b.swept.rates / b.border for b in found]
    ends = [float(shares[0][0]) / 1.15, float(shares[0][-1]) * 1.15]
    traces = [floor_line(ends, floor, _)]
    border = upright(1.0, (low, high), _("each one's {border}").format(border=name))
    traces.append(border | {"textposition": "top left"})
    for basis, share in zip(found, shares, strict=True):
        traces += _basis(basis, share, low, high, _)
    title = _("learning rate, as a share of {border}").format(border=name)
    layout = axes(ends, title, (low, high), _)
    took = np.concatenate([b.swept.reached for b in found])
    layout["yaxis2"]["range"] = decades(took[took >= 0])
    return {"data": traces, "layout": layout}


def _basis(basis: Basis, share: Array, low: float, high: float, _: Translate) -> list[Figure]:
    color, dash, symbol, name = BASES[basis.name]
    kept = np.isfinite(basis.swept.final) & (basis.swept.final <= high)
    shared: Figure = {
        "mode": "lines+markers",
        "line": {"color": color, "dash": dash, "width": 2},
        "marker": {"color": color, "symbol": symbol, "size": 6, "maxdisplayed": 25},
        "hovertemplate": "%{x:.3g}: %{y:.5g}<extra></extra>",
    }
    x = [to_digits(v, 5) for v in share.tolist()]
    reached = [max(1, int(e)) if e >= 0 else None for e in basis.swept.reached]
    losses = clipped(basis.swept.final, low, high)
    return [
        trace(
            x,
            [v if keep else None for v, keep in zip(losses, kept, strict=True)],
            name=_(name),
            **shared,
        ),
        trace(x, reached, yaxis="y2", **shared),
    ]
