"""A surface over two weights in perspective: projected here, so that the browser only moves dots.

The surface is one picture under the plot, its tiles painted from the farthest to the nearest. What
lies on it are ordinary marks at projected places: no WebGL, and no frame of a replay redraws it.
"""

from __future__ import annotations

import math
import urllib.parse
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.core.plotting import DATA, LOSS, LOSS_DARK, LOSS_FAINT, Figure, channels, trace

Array = NDArray[np.float64]

TURNS = range(0, 360, 45)  # degrees that the surface can be turned by
FIRST_TURN = -55.0  # degrees: no edge of the box ever runs straight away from the eye
ELEVATION = np.radians(30)
TALL = 0.6  # half the height of the box, where half its width is 1
SIDEWAYS, UPWARDS = 1.9, 1.36  # what is shown of the plane, to each side: the box and its labels
PALE, DEEP = np.array(channels(LOSS_FAINT), float), np.array(channels(LOSS), float)
LIGHT = np.array([-0.5, -0.4])  # how far the light leans, where it stands one high
STEP = 6  # of a colour: tiles share some sixty
PIXELS = 2000


class View(NamedTuple):
    """How a loss over two weights is drawn: a `contour`, or a `relief` turned by some degrees."""

    kind: str = "contour"
    turn: int = 0


CONTOUR = View()


class Relief:
    """Where the points of a surface land on the screen.

    x, y: places of the grid's columns and rows; heights: shape (len(y), len(x)), nan where there is
    none. turn: degrees that the surface is turned by, one of `TURNS`.
    """

    def __init__(self, x: Array, y: Array, heights: Array, turn: int = 0) -> None:
        seen = heights[np.isfinite(heights)]
        low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
        self._ends = ((x[0], x[-1]), (y[0], y[-1]), (low, high))
        self._tiles = [_corners(v) for v in self._unit(*np.meshgrid(x, y), heights)]
        self._cos, self._sin = (f(math.radians(FIRST_TURN + turn)) for f in (math.cos, math.sin))

    def project(self, x: Any, y: Any, height: Any) -> tuple[Array, Array]:
        """Return where points land: to the right, and up."""
        right, up, _ = self._seen(*self._unit(x, y, height))
        return right, up

    def _unit(self, *places: Any) -> list[Array]:
        """Return places in the box, whose sides go from -1 to 1."""
        return [
            (2 * np.asarray(v, dtype=float) - low - high) / ((high - low) or 1.0)
            for v, (low, high) in zip(places, self._ends, strict=True)
        ]

    def _seen(self, across: Any, along: Any, tall: Any) -> tuple[Array, Array, Array]:
        """Return places in the box as the eye sees them: to the right, up, and away."""
        right = np.asarray(across * self._cos - along * self._sin)
        away = across * self._sin + along * self._cos
        up = away * math.sin(ELEVATION) + TALL * tall * math.cos(ELEVATION)
        return right, up, away * math.cos(ELEVATION) - TALL * tall * math.sin(ELEVATION)

    def picture(self, xaxis: str, yaxis: str) -> Figure:
        """Return the surface, for `layout.images`, under what is drawn on these axes."""
        return {
            "source": "data:image/svg+xml," + urllib.parse.quote(self.svg(), safe=" /:;=',()"),
            "xref": xaxis,
            "yref": yaxis,
            "x": -SIDEWAYS,
            "y": UPWARDS,
            "sizex": 2 * SIDEWAYS,
            "sizey": 2 * UPWARDS,
            "sizing": "stretch",
            "layer": "below",
        }

    def svg(self) -> str:
        """Return the tiles of the surface, the farthest first."""
        right, up, away = self._seen(*self._tiles)
        order = np.argsort(-away.mean(axis=1))
        order = order[np.isfinite(up[order]).all(axis=1)]
        places = np.stack([right, up], axis=-1)[order] / [SIDEWAYS, -UPWARDS]
        corners = np.rint((places + 1) * PIXELS / 2).astype(int)
        moves = np.concatenate([corners[:, :1], np.diff(corners, axis=1)], axis=1).reshape(-1, 8)
        colors, kinds = np.unique(self._colors()[order], axis=0, return_inverse=True)
        tiles = "".join(
            f"<path class='c{kind}' d='m{a} {b}l{c} {d} {e} {f} {g} {h}z'/>"
            for kind, (a, b, c, d, e, f, g, h) in zip(kinds.tolist(), moves.tolist(), strict=True)
        )
        fills = "".join(f".c{k}{{fill:rgb{tuple(c)}}}" for k, c in enumerate(colors.tolist()))
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {PIXELS} {PIXELS}' "
            f"preserveAspectRatio='none' stroke='{LOSS_DARK}' stroke-opacity='.3' "
            "stroke-width='.5'>"
            f"<style>path{{vector-effect:non-scaling-stroke}}{fills}</style>{tiles}</svg>"
        )

    def _colors(self) -> NDArray[np.int64]:
        """Return the colour of each tile, shape (tiles, 3): pale where low, darker in the shade."""
        across, along, tall = self._tiles
        mixed = PALE + (np.nan_to_num(tall.mean(axis=1))[:, None] + 1) / 2 * (DEEP - PALE)
        slopes = np.stack([_slope(TALL * tall, across, 1), _slope(TALL * tall, along, 3)])
        facing = (1 - LIGHT @ slopes) / np.hypot(1, np.linalg.norm(slopes, axis=0))
        lit = np.nan_to_num(facing / math.hypot(1, *LIGHT))
        return np.asarray(np.rint(mixed * (0.75 + 0.25 * lit)[:, None] / STEP) * STEP).astype(int)

    def frame(
        self, names: Sequence[str], ticks: tuple[Sequence[float], Sequence[str]], **axes: str
    ) -> list[Figure]:
        """Return the edges of the box below the surface, and what is written along them.

        names: of x, of y and of the height. ticks: heights, and what is written there. axes: what a
        trace needs to stand where the surface does.
        """
        near_x, near_y = -math.copysign(1, self._sin), -math.copysign(1, self._cos)
        left = (-math.copysign(1, self._cos), math.copysign(1, self._sin))
        edges: list[Any] = [
            [(-1, near_y, -1), (1, near_y, -1)],
            [(near_x, -1, -1), (near_x, 1, -1)],
        ]
        edges.append([(*left, -1), (*left, 1)])
        along_x = [(self._unit(v, 0, 0)[0], 1.2 * near_y, -1.0) for v in nice(*self._ends[0])]
        along_y = [(1.2 * near_x, self._unit(0, v, 0)[1], -1.0) for v in nice(*self._ends[1])]
        upwards = [(1.06 * left[0], 1.06 * left[1], self._unit(0, 0, v)[2]) for v in ticks[0]]
        titles = [(0.0, 1.5 * near_y, -1.0), (1.5 * near_x, 0.0, -1.0), (*left, 1.32)]
        marked = [*nice(*self._ends[0]), *nice(*self._ends[1])]
        text = [*(f"{v:.4g}" for v in marked), *ticks[1], *names]
        sides = ["middle center"] * len(marked) + ["middle left"] * len(ticks[0])
        sides += ["middle center"] * 3
        shared: Figure = {"hoverinfo": "skip", **axes}
        edge_x, edge_y = self._drawn(edges)
        x, y = self._drawn([[*along_x, *along_y, *upwards, *titles]])
        font = {"color": DATA, "size": 12}
        words: Figure = {"mode": "text", "text": text, "textposition": sides, "textfont": font}
        return [
            trace(edge_x, edge_y, line={"color": DATA, "width": 1}, **shared),
            trace(x, y, **words, **shared),
        ]

    def _drawn(
        self, runs: Sequence[Sequence[tuple[Any, Any, Any]]]
    ) -> tuple[list[float | None], list[float | None]]:
        """Return runs of places in the box as one trace's x and y, with gaps between."""
        xs: list[float | None] = []
        ys: list[float | None] = []
        for run in runs:
            right, up, _ = self._seen(*np.array(run, dtype=float).T)
            xs += [*np.round(right, 4).tolist(), None]
            ys += [*np.round(up, 4).tolist(), None]
        return xs[:-1], ys[:-1]


def plane() -> tuple[Figure, Figure]:
    """Return what an x and a y axis must have to show a relief, however it is turned."""
    bare = {"visible": False, "fixedrange": True}
    return {"range": [-SIDEWAYS, SIDEWAYS], **bare}, {"range": [-UPWARDS, UPWARDS], **bare}


def nice(low: float, high: float, about: int = 4) -> list[float]:
    """Return round numbers from `low` to `high`, some `about` of them."""
    if not high > low:
        return [low]
    rough = (high - low) / about
    ten = 10.0 ** math.floor(math.log10(rough))
    step = next(s * ten for s in (1, 2, 5, 10) if s * ten >= 0.999 * rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [k * step for k in range(first, last + 1)]


def _corners(values: Array) -> Array:
    """Return the four corners of each tile of a grid, in turn: shape (tiles, 4)."""
    turns = (values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1])
    return np.stack([corner.ravel() for corner in turns], axis=1)


def _slope(tall: Array, places: Array, other: int) -> Array:
    """Return how much a tile rises from its first corner to the `other`, for one further."""
    return np.asarray((tall[:, other] - tall[:, 0]) / (places[:, other] - places[:, 0]))
