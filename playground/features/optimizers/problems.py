"""The problems of a race: a new surface is a function of its lesson and an entry of `PROBLEMS`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import N_
from playground.core.rounding import to_digits
from playground.core.settings import KNOBS, OPTIMIZERS
from playground.features.optimizers.racers import RACERS

Array = NDArray[np.float64]
Point = tuple[float, float]

CUBIC, LINE, OWN = "cubic", "line", "own"
RATE = KNOBS["learning_rate"]


@dataclass(frozen=True, kw_only=True)
class Arena:
    """What is known about a problem.

    start: where a race begins, unless the learner says otherwise.
    low, high: two corners of the part that is drawn.
    lowest: the points where it is lowest, as far as they are known; floor: the value there.
    goal: the loss that wins, or None where only the run can tell.
    steep: about the largest curvature. stride: the distance to the lowest point.
    rates: by racer, where the usual share of these two does not suit.
    """

    start: Point
    low: Point
    high: Point
    lowest: tuple[Point, ...] = ()
    floor: float | None = 0.0
    goal: float | None = 1e-3
    steep: float
    stride: float
    rates: Mapping[str, float] = field(default_factory=dict)

    def rate(self, slug: str) -> float:
        """Return a rate at which the racer `slug` makes progress, to two digits."""
        if slug in self.rates:
            return self.rates[slug]
        racer = RACERS[slug]
        rate = min(racer.by_curvature / self.steep, racer.by_distance * self.stride)
        if math.isinf(rate):  # it finds the length of its step by itself
            return OPTIMIZERS[racer.optimizer].learning_rate
        return to_digits(min(max(rate, RATE.low), RATE.high), 2)

    def window(self, start: Point) -> tuple[Array, Array]:
        """Return two corners of the part that is drawn, with the start inside."""
        low, high = np.array(self.low), np.array(self.high)
        room = 0.05 * (high - low)
        at = np.array(start)
        return np.minimum(low, at - room), np.maximum(high, at + room)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What there is to know about a problem by its name.

    about: what it is, in a sentence. knobs: what else can be said of it.
    arena: of a surface; of a fit and of one's own function, `arena.arena` finds it.
    """

    about: str
    knobs: tuple[str, ...] = ()
    arena: Arena | None = None


PROBLEMS: Mapping[str, Kind] = MappingProxyType(
    {
        CUBIC: Kind(
            about=N_("Two weights of the cubic fit: its own loss, a long valley."),
            knobs=("target", "pair", "free"),
        ),
        LINE: Kind(
            about=N_("Linear regression: w and b of a line through points, yours too."),
            knobs=("data",),
        ),
        "ravine": Kind(
            about=N_("A ravine, 50 times steeper across than along: ½ (x² + 50 y²)."),
            arena=Arena(
                start=(-4.0, 1.5), low=(-5.0, -2.5), high=(5.0, 2.5), lowest=((0.0, 0.0),),
                steep=50.0, stride=4.0,
            ),
        ),
        "saddle": Kind(
            about=N_("A saddle at (0, 0), flat, between two valleys at y = 1 and y = -1."),
            arena=Arena(
                start=(-1.5, 0.01), low=(-2.0, -1.6), high=(2.0, 1.6),
                lowest=((0.0, -1.0), (0.0, 1.0)), steep=2.0, stride=1.5,
            ),
        ),
        "rosenbrock": Kind(
            about=N_("Rosenbrock's bent valley: quickly found, slowly followed to (1, 1)."),
            arena=Arena(
                start=(-1.2, 1.0), low=(-2.0, -1.0), high=(2.0, 3.0), lowest=((1.0, 1.0),),
                goal=0.1, steep=1330.0, stride=2.0,
                rates={"momentum": 1e-3, "Nesterov": 1e-3, "RAdam": 5e-3},
            ),
        ),
        "himmelblau": Kind(
            about=N_("Himmelblau's function: four valleys, all equally deep."),
            arena=Arena(
                start=(0.0, 0.0), low=(-5.5, -5.5), high=(5.5, 5.5),
                lowest=(
                    (3.0, 2.0), (-2.805118, 3.131313),
                    (-3.779310, -3.283186), (3.584428, -1.848127),
                ),
                steep=100.0, stride=4.0,
            ),
        ),
        "beale": Kind(
            about=N_("Beale's function: almost flat in the middle, steep at the corners."),
            arena=Arena(
                start=(1.0, 1.5), low=(-1.0, -2.0), high=(4.5, 2.0), lowest=((3.0, 0.5),),
                goal=0.01, steep=100.0, stride=2.0,
            ),
        ),
        "rastrigin": Kind(
            about=N_("Rastrigin's bowl: a dent at all whole numbers, the lowest at (0, 0)."),
            arena=Arena(
                start=(-2.4, 1.6), low=(-3.5, -3.5), high=(3.5, 3.5), lowest=((0.0, 0.0),),
                goal=8.0, steep=400.0, stride=3.0,
            ),
        ),
        OWN: Kind(
            about=N_("Your own function of x and y."),
            knobs=("formula", "reach"),
        ),
    }
)  # fmt: skip
