"""Points as the link carries them: x and y a line, with a comma between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from playground.core.i18n import N_, ToldError

MOST = 200  # they travel in the link
LARGEST = 1e6

Point = tuple[float, float]
Points = tuple[Point, ...]


class TableError(ToldError):
    """Why a text, a file or a table holds no points."""


def write(points: Sequence[Point]) -> str:
    """Return `points` as text: x and y a line, with a comma between."""
    return "\n".join(f"{x:.9g},{y:.9g}" for x, y in points)


def rounded(x: float, y: float) -> Point:
    """Return a point as `write` keeps it: to nine digits, and no zero with a sign."""
    return float(f"{x:.9g}") + 0.0, float(f"{y:.9g}") + 0.0


def check(points: Sequence[Point]) -> None:
    """Raise TableError for points that no line can be fitted to in float32."""
    if len(points) < 2:
        raise TableError(N_("A line needs at least two points."))
    values = [x for x, _ in points]
    if len(set(values)) == 1:
        raise TableError(
            N_("All x are {x:g}: a line needs points at two different x."), x=values[0]
        )
    if len(set(map(np.float32, values))) == 1:
        raise TableError(
            N_(
                "All x are {x:.9g} in float32, in which a line is trained: take the same number "
                "off every x."
            ),
            x=float(np.float32(values[0])),
        )


def sample(points: Points, seed: int) -> Points:
    """Return at most 200 of `points`, in their order: one of each of 200 equal parts, by `seed`."""
    if len(points) <= MOST:
        return points
    edges = np.linspace(0, len(points), MOST + 1).astype(int)
    drawn = np.random.default_rng([seed, 2]).integers(edges[:-1], edges[1:])
    return tuple(points[k] for k in drawn)
