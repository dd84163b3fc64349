"""What .grad holds after each backward() -> plotly figure: as buckets, and as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.core.i18n import Translate
from playground.core.plotting import CLEAR, DATA, GRADIENT, INK, Figure, axis, layout, legend, trace
from playground.features.accumulation.results import Cleared, Walk

MARGIN = (60, 16, 28, 56)  # left, right, top, bottom
NARROW, WIDE = 0.27, 0.4  # half the width of a bucket, at its foot and at its rim


def buckets(cleared: Cleared, _: Translate) -> Figure:
    """Return one bucket for each step: what it held, what backward() poured in, and the level.

    All four entries of the gradient are equal, so one bucket stands for each of them.
    """
    levels = [grad[0] for grad in cleared.after_backward]
    left = [None if grad is None else grad[0] for grad in cleared.after_clearing]
    held = [0.0, *(value or 0.0 for value in left[:-1])]
    rim = 1.12 * levels[0] * len(levels)
    traces = [
        *_waters(list(zip([0.0] * len(held), held, strict=True)), rim, _("was there"), "/"),
        *_waters(list(zip(held, levels, strict=True)), rim, _("backward() adds"), ""),
        trace(*_walls(len(levels), rim), line={"color": DATA, "width": 2.5}, hoverinfo="skip"),
        _words(range(1, len(levels) + 1), levels, [f"<b>{v:g}</b>" for v in levels]),
    ]
    middles = [(low + high) / 2 for low, high in zip(held, levels, strict=True)]
    poured = [f"+{high - low:g}" for low, high in zip(held, levels, strict=True)]
    inside = _words(range(1, len(levels) + 1), middles, poured)
    traces.append(inside | {"textposition": "middle center", "textfont": {"color": INK}})
    after = ["None" if value is None else f"{value:g}" for value in left]
    ticks = [f"{k}<br>{value}" for k, value in enumerate(after, start=1)]
    title = _("step, and what the next one finds")
    return {"data": traces, "layout": _bucket_layout(ticks, title, rim, _)}


def _bucket_layout(ticks: list[str], title: str, rim: float, _: Translate) -> Figure:
    steps = axis(
        title,
        8,
        tickvals=list(range(1, len(ticks) + 1)),
        ticktext=ticks,
        range=[0.45, len(ticks) + 0.55],
        showgrid=False,
        tickangle=0,
        tickfont={"size": 11},
    )
    levels = axis(_("each entry of weights.grad"), 8, range=[-0.02 * rim, 1.1 * rim])
    return layout(330, MARGIN, legend=legend(1.02), xaxis=steps, yaxis=levels)


def _half(level: float, rim: float) -> float:
    return NARROW + (WIDE - NARROW) * level / rim


def _waters(
    layers: Sequence[tuple[float, float]], rim: float, name: str, shape: str
) -> list[Figure]:
    """Return a layer of water in each bucket, from one level to another; empty ones are left out.

    Only the first is in the legend.
    """
    drawn = [(k, low, high) for k, (low, high) in enumerate(layers, start=1) if high > low]
    return [
        trace(
            [
                k - _half(low, rim),
                k - _half(high, rim),
                k + _half(high, rim),
                k + _half(low, rim),
            ],
            [low, high, high, low],
            name=name,
            showlegend=place == 0,
            legendgroup=name,
            fill="toself",
            fillcolor=GRADIENT,
            fillpattern={"shape": shape, "fgcolor": GRADIENT, "bgcolor": CLEAR},
            line={"color": GRADIENT, "width": 1},
            hoverinfo="skip",
        )
        for place, (k, low, high) in enumerate(drawn)
    ]


def _walls(count: int, rim: float) -> tuple[list[float | None], list[float | None]]:
    """Return the outlines of all buckets as one broken line, open at the top."""
    x: list[float | None] = []
    y: list[float | None] = []
    for k in range(1, count + 1):
        x += [k - WIDE, k - NARROW, k + NARROW, k + WIDE, None]
        y += [rim, 0.0, 0.0, rim, None]
    return x, y


def calls(walk: Walk, _: Translate) -> Figure:
    """Return b.grad and w.grad after each backward call through one graph."""
    done = walk.calls[1:]
    ticks = [f"{k} ✕" if call.error else str(k) for k, call in enumerate(done, start=1)]
    traces = [
        _bars("b.grad", [call.b_grad for call in done], ""),
        _bars("w.grad", [call.w_grad for call in done], "/"),
    ]
    top = max(call.w_grad or 0.0 for call in done)
    places = list(range(1, len(done) + 1))
    drawn = layout(
        300,
        MARGIN,
        legend=legend(1.02),
        xaxis=axis(_("backward call"), 6, tickvals=places, ticktext=ticks, showgrid=False),
        yaxis=axis(_("gradient"), None, range=[0, 1.16 * max(top, 2.0)]),
        bargap=0.35,
        bargroupgap=0.08,
    )
    return {"data": traces, "layout": drawn}


def _bars(name: str, values: list[float | None], shape: str) -> Figure:
    return {
        "type": "bar",
        "name": name,
        "x": list(range(1, len(values) + 1)),
        "y": values,
        "text": [f"<b>{value:g}</b>" for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {
            "color": GRADIENT,
            "line": {"color": GRADIENT, "width": 1.5},
            "pattern": {"shape": shape, "fgcolor": GRADIENT, "bgcolor": CLEAR},
        },
        "hovertemplate": f"{name} %{{y}}<extra></extra>",
    }


def _words(x: Any, y: Any, text: list[str]) -> Figure:
    more: Figure = {"text": text, "textposition": "top center", "textfont": {"size": 15}}
    return trace(list(x), list(y), mode="text", hoverinfo="skip", cliponaxis=False, **more)
