"""What came of a sweep over learning rates -> plotly figure, as a plain dict."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core.analysis import Quadratic
from playground.core.i18n import N_, Translate
from playground.core.plotting import DATA, FIT, GRID, LOSS, TARGET, Figure
from playground.features.learning_rates import knobs
from playground.features.learning_rates.knobs import Lab, Swept

Array = NDArray[np.float64]

CRAWLING, OSCILLATING = "#56B4E9", "#E69F00"
KINDS = {
    "crawling": (CRAWLING, "triangle-left"),
    "good": (TARGET, "circle"),
    "oscillating": (OSCILLATING, "diamond"),
    "diverged": (LOSS, "x"),
}
KIND_NAMES = {
    "crawling": N_("crawling"),
    "good": N_("good"),
    "oscillating": N_("oscillating"),
    "diverged": N_("diverged"),
}
HIGHEST = 100.0  # times the first loss: what ends above it is drawn at the upper edge
LOWEST = 1e-13  # times the first loss: below lies rounding
HEIGHT = 470
UPPER, LOWER = [0.4, 1.0], [0.0, 0.3]
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def swept(
    found: Swept, lab: Lab, _: Translate, *, chosen: tuple[float, float] | None = None
) -> Figure:
    """Return the final loss and the epochs it took, against the rate, log-log.

    A mark's `customdata` is the place of its rate. chosen: a rate and the loss a run with it
    ended at, to ring.
    """
    best = lab.best
    low, high = loss_range(found.final, found.first, best.floor)
    rates = [float(found.rates[0]) / 1.15, float(found.rates[-1]) * 1.15]
    traces = _borders(best, lab.fit.momentum, rates, (low, high), _)
    traces.append(floor_line(rates, best.floor, _))
    for kind in KINDS:
        traces += _marks(found, kind, low, high, _)
    if chosen:
        traces.append(_ring(*chosen, low, high, _))
    layout = axes(rates, _("learning rate"), (low, high), _)
    took = np.maximum(found.reached, found.diverged)
    layout["yaxis2"]["range"] = decades(took[took >= 0])
    return {"data": traces, "layout": layout}


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
    log = {"type": "log", "fixedrange": True, **GRID}
    return {
        "height": HEIGHT,
        "margin": {"l": 60, "r": 16, "t": 66, "b": 44},
        "legend": {"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"},
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {
            "anchor": "y2",
            "range": [math.log10(v) for v in x],
            "title": {"text": title, "standoff": 4},
            "exponentformat": "power",
            "dtick": 1,
            **log,
        },
        "yaxis": {
            "domain": UPPER,
            "range": [math.log10(loss[0]) - 0.35, math.log10(loss[1]) + 0.35],
            "title": {"text": _("loss at the end"), "standoff": 6},
            "exponentformat": "power",
            "nticks": 6,
            **log,
        },
        "yaxis2": {
            "domain": LOWER,
            "title": {"text": _("epochs"), "standoff": 6},
            "dtick": 1,
            **log,
        },
    }


def trace(x: Any, y: Any, **more: Any) -> Figure:
    """Return a line, or what `more` makes of it, in the legend if it has a name."""
    shared = {"type": "scatter", "mode": "lines", "showlegend": "name" in more}
    return shared | {"x": x, "y": y} | more


def floor_line(rates: list[float], floor: float, _: Translate) -> Figure:
    """Return the floor as a dashed line, or nothing to see where it is 0."""
    line = {"color": TARGET, "dash": "dash", "width": 1.5}
    return trace(rates, [floor or None] * 2, name=_("floor"), line=line, hoverinfo="skip")


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


def upright(place: float, loss: tuple[float, float], text: str, *, faint: bool = False) -> Figure:
    """Return a line upright through the upper panel, `text` above it."""
    return trace(
        [place, place],
        [loss[0] / 10**0.35, loss[1] * 10**0.35],
        mode="lines+text",
        line={"color": DATA, "width": 1 if faint else 2, "dash": "dot" if faint else "solid"},
        text=["", text],
        textposition="top center",
        textfont={"color": DATA, "size": 12},
        cliponaxis=False,
        hoverinfo="text",
    )


def _marks(found: Swept, kind: str, low: float, high: float, _: Translate) -> list[Figure]:
    """Return the marks of one kind: at the final loss, and below at the epochs it took."""
    at = [k for k, other in enumerate(found.kinds) if other == kind]
    color, symbol = KINDS[kind]
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
        trace(rates, losses, name=_(KIND_NAMES[kind]), **shared),
        trace(rates, [max(1, e) if e >= 0 else None for e in epochs], yaxis="y2", **shared),
    ]


def clipped(loss: Array, low: float, high: float) -> list[float]:
    """Return `loss` within the panel; what is no number lies at its upper edge."""
    inside = np.clip(np.nan_to_num(loss, nan=np.inf, posinf=np.inf), low, high)
    return [float(f"{value:.6g}") for value in inside]


def _hint(found: Swept, k: int, _: Translate) -> str:
    lines = [_("rate {rate:.4g}: {kind}"), _("loss at the end {loss:.4g}")]
    if found.diverged[k] >= 0:
        lines[1] = _("no longer finite at epoch {epoch}")
    if found.reached[k] >= 0:
        lines.append(_("arrived after {reached} epochs"))
    return "<br>".join(lines).format(
        rate=found.rates[k],
        kind=_(KIND_NAMES[found.kinds[k]]),
        loss=found.final[k],
        epoch=found.diverged[k],
        reached=found.reached[k],
    )


def _ring(rate: float, loss: float, low: float, high: float, _: Translate) -> Figure:
    marker = {"symbol": "circle-open", "size": 17, "color": FIT, "line": {"width": 3}}
    at = clipped(np.array([loss]), low, high)
    return trace([rate], at, mode="markers", marker=marker, name=_("replayed"), hoverinfo="skip")
