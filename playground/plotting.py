"""What all figures share: colours, traces, numbers as they are sent, the replay's controls.

One colour has one meaning on every page, from the palette of Okabe and Ito
(https://jfly.uni-koeln.de/color/), with a dash or a shape beside it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.history import History

Array = NDArray[np.float64]
Figure = dict[str, Any]

DATA, FIT, LOSS, TARGET = "#8C8C8C", "#0072B2", "#D55E00", "#009E73"
DASHES = ("solid", "dot", "dash", "longdash", "dashdot")
GRID = {"gridcolor": "rgba(128,128,128,0.2)", "zeroline": False, "automargin": False}
SHOWN_LOSSES = 400
FRAME_MS, FAST_MS = 50, 12


def trace(x: Any, y: Any, row: int = 1, **more: Any) -> Figure:
    """Return a trace in panel `row`: 1 the fit, 2 the loss, 3 the weights."""
    axes = {} if row == 1 else {"xaxis": "x2", "yaxis": f"y{row}"}
    shared = {"type": "scatter", "mode": "lines", "showlegend": "name" in more, **axes}
    return shared | {"x": x, "y": y} | more


def segments(starts: list[float], ends: list[float]) -> list[float | None]:
    """Return one coordinate of segments drawn as one line with gaps."""
    return [v for pair in zip(starts, ends, strict=True) for v in (*pair, None)]


def controls(history: History, *, redraw: bool = False) -> Figure:
    """Return the buttons and the slider that replay `history`, a frame a snapshot.

    redraw: whether a frame draws the whole figure anew, as what WebGL draws needs.
    """

    def jump(ms: int) -> Figure:
        return {
            "mode": "immediate",
            "frame": {"duration": ms, "redraw": redraw},
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


def shown(loss: Array) -> NDArray[np.int64]:
    """Return the epochs to draw: all, or each bin's lowest and highest, to lose no spike."""
    if len(loss) <= SHOWN_LOSSES:
        return np.arange(len(loss))
    width = math.ceil(2 * len(loss) / SHOWN_LOSSES)
    filled = np.pad(loss, (0, -len(loss) % width), mode="edge").reshape(-1, width)
    firsts = width * np.arange(len(filled))
    ends = np.concatenate([firsts + filled.argmin(axis=1), firsts + filled.argmax(axis=1)])
    last = len(loss) - 1
    return np.unique(np.concatenate([[0], np.minimum(ends, last), [last]]))


def number(value: float) -> float | None:
    """Return `value` for JSON, to the seven digits that a float32 has.

    JSON knows no infinity, and a log axis has no place for 0.
    """
    return float(f"{value:.7g}") if 0 < value < math.inf else None


def to_pixels(curves: Array, layout: Figure) -> Array:
    """Return `curves` to a fifth of a pixel, as most of what is sent is they; finite all."""
    low, high = layout["yaxis"]["range"]
    far = 1e4 * (high - low)  # what has run away leaves the panel upright
    step = 10.0 ** np.floor(np.log10((high - low) / 1000))
    inside = np.clip(np.nan_to_num(curves, posinf=far, neginf=-far), -far, far)
    decimals = max(0, round(-np.log10(step)))
    rounded: Array = np.round(np.round(inside / step) * step, decimals)
    return rounded


def rounded(values: Array) -> Array:
    """Return `values` to four significant digits, which halves what is sent; finite all."""
    values = np.nan_to_num(np.asarray(values, dtype=float), nan=0.0, posinf=1e30, neginf=-1e30)
    with np.errstate(divide="ignore"):
        digits = np.where(values == 0, 0, 3 - np.floor(np.log10(np.abs(values))))
    scale = 10.0 ** np.clip(digits, -300, 300)
    rounded: Array = np.round(np.clip(values, -1e30, 1e30) * scale) / scale
    return rounded
