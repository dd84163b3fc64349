"""What the figures of this page share: the axes, the floor, a border, losses within the panel."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import Translate
from playground.core.plotting import DATA, FLOOR_LINE, Figure, axis, layout, legend, log_axis, trace
from playground.core.rounding import to_digits

Array = NDArray[np.float64]

HIGHEST = 100.0  # times the first loss: what ends above it is drawn at the upper edge
LOWEST = 1e-13  # times the first loss: below lies rounding
HEIGHT = 470
UPPER, LOWER = [0.4, 1.0], [0.0, 0.3]
ROOM = 0.35  # decades above and below the losses


def decades(epochs: NDArray[np.int64]) -> list[float]:
    """Return the range of a log axis for `epochs`: from a power of ten at the lower end."""
    low, high = (epochs.min(), epochs.max()) if len(epochs) else (1, 10)
    lowest = math.floor(math.log10(max(1, low)))
    return [lowest - 0.12, max(lowest + 1, math.log10(max(1, high))) + 0.12]


def loss_range(final: Array, first: float, floor: float) -> tuple[float, float]:
    """Return the lowest and highest loss to draw."""
    shown = final[np.isfinite(final) & (final > 0)]
    lowest = min([float(shown.min(initial=first)), floor or first])
    return max(lowest, LOWEST * first), HIGHEST * first


def axes(x: list[float], title: str, loss: tuple[float, float], _: Translate) -> Figure:
    """Return a layout: the loss above, epochs below, over one log axis from x[0] to x[1]."""
    exponents = [math.log10(loss[0]) - ROOM, math.log10(loss[1]) + ROOM]
    rates = [math.log10(v) for v in x]
    above = log_axis(_("loss at the end"), 6, domain=UPPER, range=exponents, nticks=6)
    return layout(
        HEIGHT,
        (60, 16, 66, 44),
        legend=legend(1.1),
        xaxis=log_axis(title, anchor="y2", range=rates, dtick=1),
        yaxis=above,
        yaxis2=axis(_("epochs"), 6, type="log", domain=LOWER, dtick=1),
    )


def floor_line(rates: list[float], floor: float, _: Translate) -> Figure:
    """Return the floor as a dashed line; where it is 0, the line is empty."""
    return trace(rates, [floor or None] * 2, name=_("floor"), line=FLOOR_LINE, hoverinfo="skip")


def upright(place: float, loss: tuple[float, float], text: str, *, faint: bool = False) -> Figure:
    """Return a vertical line through the upper panel, with `text` above it."""
    return trace(
        [place, place],
        [loss[0] / 10**ROOM, loss[1] * 10**ROOM],
        mode="lines+text",
        line={"color": DATA, "width": 1 if faint else 2, "dash": "dot" if faint else "solid"},
        text=["", text],
        textposition="top center",
        textfont={"color": DATA, "size": 12},
        cliponaxis=False,
        hoverinfo="text",
    )


def clipped(loss: Array, low: float, high: float) -> list[float]:
    """Return `loss` within the panel: at its upper edge where it is infinite or nan."""
    inside = np.clip(np.nan_to_num(loss, nan=np.inf, posinf=np.inf), low, high)
    return [to_digits(value, 6) for value in inside]
