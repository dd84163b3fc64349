"""What came of a sweep over learning rates -> plotly figure: a mark for each rate."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.core.analysis import Quadratic
from playground.core.i18n import N_, Translate
from playground.core.plotting import FIT, LOSS, ORANGE, SKY, TARGET, Figure, trace
from playground.features.learning_rates import knobs
from playground.features.learning_rates.figures.shared import (
    axes,
    clipped,
    decades,
    floor_line,
    loss_range,
    upright,
)
from playground.features.learning_rates.knobs import Lab
from playground.features.learning_rates.results import Swept

Array = NDArray[np.float64]

RATE_STYLES = {
    "crawling": (SKY, "triangle-left"),
    "good": (TARGET, "circle"),
    "oscillating": (ORANGE, "diamond"),
    "diverged": (LOSS, "x"),
}
RATE_NAMES = {
    "crawling": N_("crawling"),
    "good": N_("good"),
    "oscillating": N_("oscillating"),
    "diverged": N_("diverged"),
}
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def swept(
    found: Swept, lab: Lab, _: Translate, *, chosen: tuple[float, float] | None = None
) -> Figure:
    """Return the final loss and the epochs it took, against the rate, log-log.

    A mark's `customdata` is the index of its rate. chosen: a rate and its last loss, to be ringed.
    """
    best = lab.best
    low, high = loss_range(found.final, found.first, best.floor)
    rates = [float(found.rates[0]) / 1.15, float(found.rates[-1]) * 1.15]
    traces = _borders(best, lab.fit.momentum, rates, (low, high), _)
    traces.append(floor_line(rates, best.floor, _))
    for kind in RATE_STYLES:
        traces += _marks(found, kind, low, high, _)
    if chosen:
        traces.append(_ring(*chosen, low, high, _))
    layout = axes(rates, _("learning rate"), (low, high), _)
    took = np.maximum(found.reached, found.diverged)
    layout["yaxis2"]["range"] = decades(took[took >= 0])
    return {"data": traces, "layout": layout}


def _borders(
    best: Quadratic, momentum: float, rates: list[float], loss: tuple[float, float], _: Translate
) -> list[Figure]:
    """Return the lines at which eigen-directions stop converging; the first stops all of it."""
    places = knobs.borders(best, momentum)[::-1]
    names = ["max", *(str(k).translate(SUBSCRIPTS) for k in range(len(places) - 1, 0, -1))]
    hint = _("direction {which} stops converging at {rate:.4g}")
    drawn: list[Figure] = []
    last = rates[0]  # the place of the last label
    for k, (place, name) in enumerate(zip(places.tolist(), names, strict=True)):
        if not rates[0] < place < rates[-1]:
            continue
        said = knobs.border_name(momentum, name)
        line = upright(place, loss, said + ("" if k else f" = {place:.4g}"), faint=bool(k))
        line["hovertext"] = hint.format(which=f"λ{name}", rate=place)
        if drawn and math.log(place / last) < 0.08 * math.log(rates[-1] / rates[0]):
            drawn[-1]["text"][1] += f", λ{name}"  # no room for one of its own
            line["text"] = ["", ""]
            drawn.insert(-1, line)
        else:
            last = place
            drawn.append(line if k else line | {"textposition": "top left"})
    return drawn


def _marks(found: Swept, kind: str, low: float, high: float, _: Translate) -> list[Figure]:
    """Return the marks of one kind: at the final loss, and below at the epochs it took."""
    at = [k for k, other in enumerate(found.kinds) if other == kind]
    color, symbol = RATE_STYLES[kind]
    shared: Figure = {
        "mode": "markers",
        "marker": {"color": color, "symbol": symbol, "size": 8},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "customdata": at,
        "hoverinfo": "text",
        "hovertext": [_hint(found, k, _) for k in at],
    }
    rates = found.rates[at].tolist()
    epochs = np.maximum(found.reached, found.diverged)[at].tolist()
    losses: list[float | None] = [*clipped(found.final[at], low, high)]
    if not at:  # an empty trace would have no place in the legend
        rates, losses, shared["customdata"] = [None], [None], []
    return [
        trace(rates, losses, name=_(RATE_NAMES[kind]), **shared),
        trace(rates, [max(1, e) if e >= 0 else None for e in epochs], yaxis="y2", **shared),
    ]


def _hint(found: Swept, k: int, _: Translate) -> str:
    lines = [_("rate {rate:.4g}: {kind}"), _("loss at the end {loss:.4g}")]
    if found.diverged[k] >= 0:
        lines[1] = _("no longer finite at epoch {epoch}")
    if found.reached[k] >= 0:
        lines.append(_("arrived after {reached} epochs"))
    return "<br>".join(lines).format(
        rate=found.rates[k],
        kind=_(RATE_NAMES[found.kinds[k]]),
        loss=found.final[k],
        epoch=found.diverged[k],
        reached=found.reached[k],
    )


def _ring(rate: float, loss: float, low: float, high: float, _: Translate) -> Figure:
    marker = {"symbol": "circle-open", "size": 17, "color": FIT, "line": {"width": 3}}
    at = clipped(np.array([loss]), low, high)
    return trace([rate], at, mode="markers", marker=marker, name=_("replayed"), hoverinfo="skip")
