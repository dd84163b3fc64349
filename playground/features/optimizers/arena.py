"""What is known about a problem before the race: where it is lowest, what to see, good rates."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.rounding import to_digits
from playground.features.optimizers.knobs import GOAL, Problem
from playground.features.optimizers.problems import PROBLEMS, Arena, Point
from playground.features.optimizers.results import Landscape

Array = NDArray[np.float64]

POLE, ASIDE = 1e6, 0.05  # so far below the start is a pole: that share of the picture is left out
ROOM = 1.35  # the picture reaches this many times as far from the lowest point as the start is


@lru_cache(maxsize=64)
def arena(problem: Problem) -> Arena:
    """Return what is known about `problem`."""
    known = PROBLEMS[problem.slug].arena
    if known:
        return known
    return _of_a_fit(problem) if problem.settings else _of_own(problem.reach)


def _of_own(reach: float) -> Arena:
    return Arena(
        start=(0.75 * reach, 0.5 * reach),
        low=(-reach, -reach),
        high=(reach, reach),
        floor=None,
        goal=None,
        steep=50.0 / reach,
        stride=reach,
    )


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
        if lowest < -POLE * max(abs(first_loss), 1.0):
            lowest = float(np.quantile(seen, ASIDE))
        above = first_loss - lowest if math.isfinite(first_loss) else 0.0
        known = lowest + 0.01 * max(above, 0.0)
    return to_digits(min(max(known, GOAL.low), GOAL.high), 4)
