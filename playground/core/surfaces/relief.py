"""The loss over two weights as a surface, in perspective."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import FIT, TARGET, mark
from playground.core.relief import Relief, nice, plane
from playground.core.replay import Panel
from playground.core.rounding import finite
from playground.core.settings import Settings
from playground.core.surfaces.shared import axes, line, loss_at, path_of, window

Array = NDArray[np.float64]

SIDE = 29  # points a side of the relief


def panel(
    history: History, settings: Settings, best: analysis.Quadratic, turn: int, _: Translate
) -> Panel:
    """Draw the loss as a surface over (w, b), with the run's path on it."""
    path = path_of(history, best)
    low, high = window(path, best)
    w, b = (np.linspace(low[k], high[k], SIDE) for k in (0, 1))
    heights = loss_at(settings, best, np.stack(np.meshgrid(w, b), axis=-1))
    seen = Relief(w, b, heights, turn)
    losses = loss_at(settings, best, path)
    xs, ys = seen.project(path[:, 0], path[:, 1], losses)
    ticks = nice(0.0, float(heights.max()))
    names = (*history.names, _("loss"))
    lowest = seen.project(best.weights[:1], best.weights[1:], [best.floor])
    still = [
        *seen.frame(names, (ticks, [f"{v:.6g}" for v in ticks]), xaxis="x3", yaxis="y3"),
        line(xs, ys, line={"color": FIT, "width": 2.5}),
        line(*lowest, mode="markers", marker=mark(TARGET, "x", 9)),
    ]
    at = [
        [
            {
                "x": finite(x),
                "y": finite(y),
                "text": [f"{loss:.4g}"],
                "customdata": [finite(place)],
            }
        ]
        for x, y, loss, place in zip(xs, ys, losses, path, strict=True)
    ]
    w_b_loss = zip(names, ("%{customdata[0]}", "%{customdata[1]}", "%{text}"), strict=True)
    hint = "<br>".join(" ".join(pair) for pair in w_b_loss) + "<extra></extra>"
    marker = line([], [], mode="markers", marker=mark(FIT, "circle", 11), hovertemplate=hint)
    marker |= {"hoverinfo": "all"} | at[-1][0]
    layout = axes(*plane()) | {"images": [seen.picture("x3", "y3")]}
    layout["yaxis3"] |= {"domain": [0.0, 0.42]}
    return Panel(still, [marker], at, layout)
