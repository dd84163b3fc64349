"""What all figures share: colours, traces, numbers as they are sent, the replay's controls.

One colour has one meaning on every page, from the palette of Okabe and Ito
(https://jfly.uni-koeln.de/color/), with a dash or a shape beside it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core.history import History

Array = NDArray[np.float64]
Figure = dict[str, Any]

DATA, FIT, LOSS, TARGET = "#8C8C8C", "#0072B2", "#D55E00", "#009E73"
DASHES = ("solid", "dot", "dash", "longdash", "dashdot")
GRID = {"gridcolor": "rgba(128,128,128,0.2)", "zeroline": False, "automargin": False}
SHOWN_LOSSES = 400
ROOM = 0.35  # of the height of the points, above and below them
FRAME_MS, FAST_MS = 50, 12
HOVERED = ".7~g"  # what is sent, with all its digits: no more than seven are true in float32


def trace(x: Any, y: Any, row: int = 1, **more: Any) -> Figure:
    """Return a trace in panel `row`: 1 the fit, 2 the loss, 3 the weights."""
    axes = {} if row == 1 else {"xaxis": "x2", "yaxis": f"y{row}"}
    shared = {"type": "scatter", "mode": "lines", "showlegend": "name" in more, **axes}
    return shared | {"x": x, "y": y} | more


def segments(starts: list[float], ends: list[float]) -> list[float | None]:
    """Return one coordinate of segments drawn as one line with gaps."""
    return [v for pair in zip(starts, ends, strict=True) for v in (*pair, None)]


def controls(history: History) -> Figure:
    """Return the buttons and the slider that replay `history`, a frame a snapshot."""
    below = {"x": 0, "y": 0, "xanchor": "left", "yanchor": "top"}
    still = {"label": "❚❚", "method": "animate", "args": [[None], _jump(0)]}
    buttons = {
        "type": "buttons",
        "direction": "right",
        **below,
        "pad": {"t": 76},
        "showactive": False,
        "font": {"size": 13},
        "buttons": [
            _play("◀◀", FAST_MS, "reverse"),
            _play("◀", FRAME_MS, "reverse"),
            still,
            _play("▶", FRAME_MS, "forward"),
            _play("▶▶", FAST_MS, "forward"),
        ],
    }
    slider = {
        "active": len(history.epochs) - 1,
        **below,
        "len": 1.0,
        "pad": {"t": 46, "b": 0},
        "ticklen": 0,
        "minorticklen": 0,
        "currentvalue": {"visible": False},
        "steps": _steps(history),
    }
    return {"updatemenus": [buttons], "sliders": [slider]}


def _jump(ms: int) -> Figure:
    frame = {"duration": ms, "redraw": False}
    return {"mode": "immediate", "frame": frame, "transition": {"duration": 0}}


def _play(label: str, ms: int, direction: str) -> Figure:
    how = _jump(ms) | {"fromcurrent": True, "direction": direction}
    return {"label": label, "method": "animate", "args": [None, how]}


def _steps(history: History) -> list[Figure]:
    return [
        {"label": " ", "method": "animate", "args": [[str(epoch)], _jump(0)]}
        for epoch in history.epochs
    ]


def shown(loss: Array) -> NDArray[np.int64]:
    """Return the epochs to draw: all, or each bin's lowest and highest, to lose no spike."""
    if len(loss) <= SHOWN_LOSSES:
        return np.arange(len(loss))
    last = len(loss) - 1  # it alone may be no finite number, so it is in no bin
    width = math.ceil(2 * last / SHOWN_LOSSES)
    filled = np.pad(loss[:last], (0, -last % width), mode="edge").reshape(-1, width)
    firsts = width * np.arange(len(filled))
    ends = np.concatenate([firsts + filled.argmin(axis=1), firsts + filled.argmax(axis=1)])
    return np.unique(np.concatenate([[0], np.minimum(ends, last - 1), [last]]))


def number(value: float) -> float | None:
    """Return `value` for JSON, to the seven digits that a float32 has.

    JSON knows no infinity, and a log axis has no place for 0.
    """
    return float(f"{value:.7g}") if 0 < value < math.inf else None


def to_pixels(values: Array, axis: Figure) -> Array:
    """Return `values` to a fifth of a pixel of `axis`, as most of what is sent is such curves.

    What is infinite, or has run far away, leaves the panel upright; nan stays nan.
    """
    low, high = axis["range"]
    far = 1e4 * (high - low)
    step = 10.0 ** -_decimals(axis)
    with np.errstate(invalid="ignore"):
        inside = np.clip(values, low - far, high + far)
    found: Array = np.round(np.round(inside / step) * step, max(0, _decimals(axis))) + 0.0
    return found


def rounded(values: Array, axis: Figure, digits: int = 4) -> Array:
    """Return `values` to so many digits, or to a fifth of a pixel of `axis` where that is finer.

    It halves what is sent. Infinite values are cut to 1e30; nan stays nan.
    """
    values = np.clip(np.asarray(values, dtype=float), -1e30, 1e30)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(values == 0, 0, np.floor(np.log10(np.abs(values))))
    scale = 10.0 ** np.clip(np.maximum(digits - 1 - first, _decimals(axis)), -300, 250)
    found: Array = np.round(values * scale) / scale + 0.0
    return found


def _decimals(axis: Figure) -> int:
    """Return the decimals that tell a thousandth of `axis`, below 0 for tens and hundreds."""
    low, high = axis["range"]
    return -math.floor(math.log10((high - low) / 1000))


def listed(values: Array) -> list[Any]:
    """Return `values` as lists for JSON, which knows no nan: a gap stands in its place."""
    gaps = np.isnan(values)
    if gaps.any():
        values = values.astype(object)
        values[gaps] = None
    lists: list[Any] = values.tolist()
    return lists
