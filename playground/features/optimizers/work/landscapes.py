"""A problem -> the torch function that its racers minimise, and its values on a grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.autograd.evaluation import Evaluation
from playground.core.settings import Settings
from playground.features.optimizers import knobs
from playground.features.optimizers.knobs import Problem
from playground.features.optimizers.problems import OWN
from playground.features.optimizers.results import Landscape
from playground.lessons.optimizers import fits, surfaces

Array = NDArray[np.float64]
Function = Callable[..., Any]

AT_ONCE = 256  # points of the grid: each needs the errors of a whole fit


def function(problem: Problem) -> Function:
    """Return the problem's function of the weights that are trained, as scalar tensors."""
    if problem.slug == OWN:
        return _own(problem.formula)
    settings = problem.settings
    if settings is None:
        surface: Function = getattr(surfaces, problem.slug)
        return surface
    x, y = (torch.tensor(values) for values in data.sample_for(settings))
    loss: Function = getattr(fits, problem.slug)(x, y)
    if problem.trained == data.names(settings):
        return loss
    return _with_the_others_at_their_best(settings, problem.names, loss)


def _own(formula: str) -> Function:
    """Return a function that a learner typed; true or false is 1 or 0."""
    evaluation = Evaluation(knobs.parse(formula))

    def own(x: Any, y: Any) -> Any:
        return evaluation({"x": x, "y": y}).to(x.dtype)

    return own


def _with_the_others_at_their_best(
    settings: Settings, seen: tuple[str, str], loss: Function
) -> Function:
    """Return a fit's loss as a function of the two weights that are seen."""
    best = analysis.quadratic_for(settings).weights.tolist()
    first, second = map(data.names(settings).index, seen)

    def cut(p: Any, q: Any) -> Any:
        weights: list[Any] = list(best)
        weights[first], weights[second] = p, q
        return loss(*weights)

    return cut


def start(problem: Problem, seen: tuple[float, float]) -> list[float]:
    """Return all trained weights at the start; those not seen begin at the seed's numbers."""
    if len(problem.trained) == 2:
        return list(seen)
    assert problem.settings
    weights = list(data.start(problem.settings))
    for place, value in zip(problem.seen, seen, strict=True):
        weights[place] = value
    return weights


def grid(problem: Problem, low: Array, high: Array, side: int) -> Landscape:
    """Return the function of the two weights that are seen, the others at their best."""
    cut = knobs.Problem(**{**vars(problem), "free": False})
    f = function(cut)
    x, y = (torch.linspace(low[k], high[k], side, dtype=torch.float64) for k in (0, 1))
    points = torch.cartesian_prod(y, x)
    loss = torch.vmap(lambda point: f(point[1], point[0]), chunk_size=AT_ONCE)(points)
    values = loss.expand(len(points)).reshape(side, side)
    return Landscape(x.numpy(), y.numpy(), values.numpy())
