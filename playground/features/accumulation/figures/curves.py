"""What gradients add up to, and the fits they drive -> plotly figure.

The full batch is a broad pale line under the others: what equals it is drawn on top of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import N_, Translate
from playground.core.plotting import (
    DATA,
    FLOOR_LINE,
    GRADIENT,
    LOSS,
    Figure,
    axis,
    layout,
    legend,
    log_axis,
    trace,
)
from playground.core.rounding import finite, positive
from playground.features.accumulation.figures.gradients import MARGIN
from playground.features.accumulation.results import Division, Fit

Array = NDArray[np.float64]

FAR = 1e3  # times the first loss: a curve ends where it goes higher, as it has diverged
DRAWN = 60  # epochs of the gradient, few enough to see each swing

DIVISION_NAMES = {
    "full": N_("full batch"),
    "by_k": N_("divided by k"),
    "by_share": N_("by share"),
    "no": N_("undivided"),
}
UPDATE_NAMES = {
    "clear": N_("cleared"),
    "forget": N_("forgotten"),
    "momentum": N_("cleared, momentum 1.0"),
}


def arrows(divisions: Mapping[str, Division], _: Translate) -> Figure:
    """Return the gradient for a and b: the full batch's arrow, and the parts' tip to tail."""
    names = {divide: _(name) for divide, name in DIVISION_NAMES.items()}
    traces = []
    for panel, divide in enumerate(("by_k", "no"), start=1):
        full = divisions["full"].gradients[:, :2]
        traces.append(_arrow(full, panel, 7, 22, names["full"], panel == 1, opacity=0.45))
        if divide == "by_k":
            by_share = divisions["by_share"].gradients
            if not np.allclose(by_share, divisions["by_k"].gradients):
                name = names["by_share"]
                traces.append(_arrow(by_share[:, :2], panel, 2, 14, name, True, dash="dot"))
        chain = divisions[divide].gradients[:, :2]
        dash = "solid" if divide == "by_k" else "dash"
        traces.append(_arrow(chain, panel, 2, 14, names[divide], True, dash=dash))
    drawn = layout(
        320,
        MARGIN,
        legend=legend(1.02),
        xaxis=axis("a.grad", domain=[0, 0.45]),
        yaxis=axis("b.grad", 2),
        xaxis2=axis("a.grad", domain=[0.56, 1], anchor="y2"),
        yaxis2=axis(anchor="x2"),
    )
    return {"data": traces, "layout": drawn}


def _arrow(
    sums: Array,
    panel: int,
    width: float,
    head: float,
    name: str,
    named: bool,
    dash: str = "solid",
    opacity: float = 1.0,
) -> Figure:
    """Return arrows from the origin through `sums`, shape (parts, 2), one a part."""
    x, y = (np.concatenate([[0.0], sums[:, k]]).tolist() for k in (0, 1))
    return trace(
        x,
        y,
        panel,
        mode="lines+markers",
        name=name,
        showlegend=named,
        opacity=opacity,
        line={"color": GRADIENT, "width": width, "dash": dash},
        marker={
            "color": GRADIENT,
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0.0, *[head] * (len(x) - 1)],
            "line": {"width": 0},
            "opacity": 1.0,
        },
        hovertemplate="a.grad %{x:.4g}<br>b.grad %{y:.4g}<extra></extra>",
    )


def losses(divisions: Mapping[str, Division], floor: float, _: Translate) -> Figure:
    """Return the loss of each fit over its steps, and the floor."""
    styles = {
        "full": {"width": 7, "dash": "solid"},
        "by_k": {"width": 2, "dash": "solid"},
        "by_share": {"width": 2.5, "dash": "dot"},
        "no": {"width": 2, "dash": "dash"},
    }
    first = float(divisions["full"].loss[0])
    curves = [
        _loss(division.loss, _(DIVISION_NAMES[divide]), styles[divide], first)
        | {"opacity": 0.35 if divide == "full" else 1.0}
        for divide, division in divisions.items()
    ]
    steps = max(len(division.loss) for division in divisions.values())
    top = max(max(v for v in c["y"] if v is not None) for c in curves)
    drawn = layout(
        300,
        MARGIN,
        legend=legend(1.02),
        xaxis=axis(_("step"), range=[0, steps]),
        yaxis=_loss_axis(_("mean loss"), floor, top),
    )
    return {"data": [*curves, _floor(floor, steps, _)], "layout": drawn}


def forgotten(fits: Mapping[str, Fit], floor: float, _: Translate) -> Figure:
    """Return the loss of each fit and, below, what each step of the forgetful one used for a."""
    first = float(fits["clear"].loss[0])
    steps = max(len(fit.loss) for fit in fits.values())
    names = {update: _(name) for update, name in UPDATE_NAMES.items()}
    cleared = _loss(fits["clear"].loss, names["clear"], {"width": 2, "dash": "dash"}, first)
    forgot = _loss(fits["forget"].loss, names["forget"], {"width": 2}, first)
    beads = _loss(fits["momentum"].loss, names["momentum"], {}, first)
    every = slice(None, None, max(1, steps // 50))
    beads |= {
        "x": beads["x"][every],
        "y": beads["y"][every],
        "mode": "markers",
        "marker": {"color": LOSS, "symbol": "circle-open", "size": 8, "line": {"width": 1.5}},
    }
    top = max(max(v for v in c["y"] if v is not None) for c in (cleared, forgot))
    data = [forgot, beads, cleared, _floor(floor, steps, _), *_sums(fits, _)]
    return {"data": data, "layout": _two_panels(steps, _loss_axis(_("loss"), floor, top), _)}


def _two_panels(steps: int, loss: Figure, _: Translate) -> Figure:
    sums: Figure = {"zeroline": True, "zerolinecolor": DATA, "exponentformat": "SI"}
    return layout(
        500,
        MARGIN,
        legend=legend(1.02),
        legend2=legend(0.34),
        xaxis=axis(_("epoch"), 2, anchor="y", range=[-0.01 * steps, 1.01 * steps]),
        yaxis={"domain": [0.56, 1], **loss},
        xaxis2=axis(_("epoch"), 2, anchor="y2"),
        yaxis2=axis("a.grad", 2, domain=[0, 0.33], **sums),
    )


def _sums(fits: Mapping[str, Fit], _: Translate) -> list[Figure]:
    """Return, for a, the sum of all gradients so far and the newest one of them."""
    total = fits["forget"].gradients[:DRAWN, 0]
    newest = np.diff(total, prepend=0.0)
    hover = _("epoch") + " %{x}<br>%{y:.4g}<extra></extra>"
    return [
        trace(
            list(range(len(values))),
            finite(values, 6),
            2,
            name=name,
            legend="legend2",
            line={"color": GRADIENT, "width": width, "dash": dash},
            hovertemplate=hover,
        )
        for values, name, width, dash in (
            (total, _("sum of all so far"), 2.5, "solid"),
            (newest, _("newest gradient"), 2, "dot"),
        )
    ]


def _loss(values: Array, name: str, line: Mapping[str, Any], first: float) -> Figure:
    """Return a loss curve as far as it stays below `FAR` times the first loss."""
    near = np.where(values <= FAR * first, values, np.nan)
    return trace(
        list(range(len(values))),
        positive(near),
        name=name,
        line={"color": LOSS, **line},
        hovertemplate="%{x}: %{y:.7g}<extra></extra>",
    )


def _floor(floor: float, steps: int, _: Translate) -> Figure:
    return trace(
        [0, steps],
        [floor, floor],
        name=_("floor"),
        line=FLOOR_LINE,
        hovertemplate=_("floor") + " %{y:.6g}<extra></extra>",
    )


def _loss_axis(title: str, low: float, high: float) -> Figure:
    return log_axis(title, 2, range=[math.log10(low) - 0.2, math.log10(high) + 0.2], dtick=1)
