"""What all figures share: the palette, traces, axes and layouts, the replay's controls.

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

DATA, FIT, LOSS, TARGET, GRADIENT = "#8C8C8C", "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY = "#E69F00", "#56B4E9"  # without a meaning of their own: for what is compared
FLOOR_LINE = {"color": TARGET, "dash": "dash", "width": 1.5}  # of the floor, or of another goal
# the same colours as fills, the stronger first, and as lines and letters of a darker shade
FIT_FILL = "#CFE5F3"
LOSS_FILL, LOSS_FAINT, LOSS_DARK = "#F6C9A8", "#FBE3D6", "#8A4A1C"
GRADIENT_FILL, GRADIENT_FAINT, GRADIENT_DARK = "#F0D3E3", "#F6E3EE", "#9C4377"
GRADIENT_ON_DARK = "#E7B0CF"
GREY_FILL, GREY_FAINT, GREY_FAINTEST, WHITE = "#DDDDDD", "#E6E6E6", "#F4F4F4", "#FFFFFF"
INK = "#1F1F1F"  # of letters on a fill, on light pages and dark ones
CLEAR = "rgba(0,0,0,0)"

DASHES = ("solid", "dot", "dash", "longdash", "dashdot")
GRID = {
    "fixedrange": True,
    "gridcolor": "rgba(128,128,128,0.2)",
    "zeroline": False,
    "automargin": False,
}
SHOWN_LOSSES = 400
ROOM = 0.35  # of the height of the points, above and below them
FRAME_MS, FAST_MS = 50, 12
LARGEST_POWER = 308  # of ten that a float holds
HOVERED = ".7~g"  # what is sent, with all its digits: no more than seven are true in float32


def channels(color: str) -> tuple[int, int, int]:
    """Return the red, green and blue of a colour, each from 0 to 255."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue


def translucent(color: str, opacity: float) -> str:
    """Return `color` as what lies under it shines through; `opacity` from 0 to 1."""
    return f"rgba({','.join(map(str, channels(color)))},{opacity:g})"


def trace(x: Any, y: Any, row: int = 1, **more: Any) -> Figure:
    """Return a line, or what `more` makes of it, in the legend if it has a name.

    row: the panel it stands in; all below the first share the x axis of the second.
    """
    axes = {} if row == 1 else {"xaxis": "x2", "yaxis": f"y{row}"}
    shared = {"type": "scatter", "mode": "lines", "showlegend": "name" in more, **axes}
    return shared | {"x": x, "y": y} | more


def reading(axes: Figure) -> Figure:
    """Return an empty text above the right end of the second panel, a log axis."""
    top = min(axes["yaxis2"]["range"][1], LARGEST_POWER)
    return trace(
        [axes["xaxis2"]["range"][1]],
        [10.0**top],
        row=2,
        mode="text",
        textposition="top left",
        cliponaxis=False,
        textfont={"color": DATA, "size": 13},
        hoverinfo="skip",
    )


def mark(color: str, symbol: str = "", size: float = 11, rim: float = 1.5) -> Figure:
    """Return a marker with a white rim, which stands out from the line it lies on.

    symbol: its shape; nothing leaves it plotly's own, a circle.
    """
    shape = {"symbol": symbol} if symbol else {}
    return {"color": color, "size": size, "line": {"color": "white", "width": rim}, **shape}


def axis(title: str = "", standoff: int | None = 4, **more: Any) -> Figure:
    """Return an axis that stays as it is drawn.

    standoff: pixels from the title to the numbers; None leaves it to plotly.
    """
    near = {} if standoff is None else {"standoff": standoff}
    titled = {"title": {"text": title, **near}} if title else {}
    return {**GRID, **titled, **more}


def log_axis(title: str = "", standoff: int | None = 4, **more: Any) -> Figure:
    """Return an axis of powers of ten; its `range` is one of exponents."""
    return axis(title, standoff, **{"type": "log", "exponentformat": "power", **more})


def legend(y: float = 1.0, **more: Any) -> Figure:
    """Return a legend in lines that stand on the height `y` of the figure."""
    return {"orientation": "h", "x": 0, "y": y, "yanchor": "bottom", **more}


def layout(height: int, margin: tuple[int, int, int, int], **more: Any) -> Figure:
    """Return a layout to hover over and not to drag; margin: left, right, top, bottom."""
    return {
        "height": height,
        "margin": dict(zip("lrtb", margin, strict=True)),
        "legend": legend(),
        "hovermode": "closest",
        "dragmode": False,
        **more,
    }


def segments(starts: list[float], ends: list[float]) -> list[float | None]:
    """Return one coordinate of segments drawn as one line with gaps."""
    return [v for pair in zip(starts, ends, strict=True) for v in (*pair, None)]


def controls(history: History) -> Figure:
    """Return the buttons and the slider that replay `history`: one frame for each snapshot."""
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
