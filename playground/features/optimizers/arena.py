"""What is known about a problem before the race: where it is lowest, what to see, good rates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.rounding import to_digits
from playground.core.settings import KNOBS, OPTIMIZERS
from playground.features.optimizers.knobs import GOAL, OWN, Problem
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Landscape

Array = NDArray[np.float64]
Point = tuple[float, float]

RATE = KNOBS["learning_rate"]
ROOM = 1.35  # the picture reaches this many times as far from the lowest point as the start is


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


_SURFACES: Mapping[str, Arena] = MappingProxyType(
    {
        "ravine": Arena(
            start=(-4.0, 1.5), low=(-5.0, -2.5), high=(5.0, 2.5), lowest=((0.0, 0.0),),
            steep=50.0, stride=4.0,
        ),
        "saddle": Arena(
            start=(-1.5, 0.01), low=(-2.0, -1.6), high=(2.0, 1.6),
            lowest=((0.0, -1.0), (0.0, 1.0)), steep=2.0, stride=1.5,
        ),
        "rosenbrock": Arena(
            start=(-1.2, 1.0), low=(-2.0, -1.0), high=(2.0, 3.0), lowest=((1.0, 1.0),),
            goal=0.1, steep=1330.0, stride=2.0,
            rates={"momentum": 1e-3, "Nesterov": 1e-3, "RAdam": 5e-3},
        ),
        "himmelblau": Arena(
            start=(0.0, 0.0), low=(-5.5, -5.5), high=(5.5, 5.5),
            lowest=(
                (3.0, 2.0), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127),
            ),
            steep=100.0, stride=4.0,
        ),
        "beale": Arena(
            start=(1.0, 1.5), low=(-1.0, -2.0), high=(4.5, 2.0), lowest=((3.0, 0.5),),
            goal=0.01, steep=100.0, stride=2.0,
        ),
        "rastrigin": Arena(
            start=(-2.4, 1.6), low=(-3.5, -3.5), high=(3.5, 3.5), lowest=((0.0, 0.0),),
            goal=8.0, steep=400.0, stride=3.0,
        ),
    }
)  # fmt: skip


@lru_cache(maxsize=64)
def arena(problem: Problem) -> Arena:
    """Return what is known about `problem`."""
    if problem.slug == OWN:
        reach = problem.reach
        return Arena(
            start=(0.75 * reach, 0.5 * reach),
            low=(-reach, -reach),
            high=(reach, reach),
            floor=None,
            goal=None,
            steep=50.0 / reach,
            stride=reach,
        )
    return _of_a_fit(problem) if problem.settings else _SURFACES[problem.slug]


def _of_a_fit(problem: Problem) -> Arena:
    assert problem.settings
    best = analysis.quadratic_for(problem.settings)
    names = data.names(problem.settings)
    places = [names.index(name) for name in problem.names]
    trained = [names.index(name) for name in problem.trained]
    start = np.array(data.start(problem.settings))
    lowest = best.weights[places]
    away = np.abs(start[places] - lowest)
    reach = ROOM * np.maximum(away, 0.25 * max(float(away.max()), 1e-3))
    far = start[trained] - best.weights[trained]
    curved = best.hessian[np.ix_(trained, trained)]
    first = best.floor + float(far @ curved @ far) / 2
    goal = 1.01 * best.floor if best.floor else 1e-4 * first
    return Arena(
        start=_pair(start[places]),
        low=_pair(lowest - reach),
        high=_pair(lowest + reach),
        lowest=(_pair(lowest),),
        floor=best.floor,
        goal=to_digits(goal, 4),
        steep=float(np.linalg.eigvalsh(curved)[-1]),
        stride=float(np.abs(far).max()),
    )


def _pair(values: Array) -> Point:
    first, second = (to_digits(value, 4) for value in values)
    return first, second


def goal(problem: Problem, landscape: Landscape, first_loss: float) -> float:
    """Return the loss that wins: a hundredth of the first loss's height above the lowest known."""
    known = arena(problem).goal
    if known is None:
        seen = landscape.loss[np.isfinite(landscape.loss)]
        lowest = float(seen.min()) if len(seen) else 0.0
        above = first_loss - lowest if math.isfinite(first_loss) else 0.0
        known = lowest + 0.01 * max(above, 0.0)
    return to_digits(min(max(known, GOAL.low), GOAL.high), 4)
