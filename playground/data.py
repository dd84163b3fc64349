"""Target functions, and the samples of them that a stage fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from playground.settings import Settings

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A function to fit, and how it is written."""

    latex: str
    function: Callable[[Array], Array]


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "sin": Target(r"\sin x", np.sin),
        "cos": Target(r"\cos x", np.cos),
        "exp": Target(r"e^{x/2}", lambda x: np.exp(x / 2)),
        "gauss": Target(r"e^{-x^2}", lambda x: np.exp(-(x**2))),
        "abs": Target(r"|x|", np.abs),
        "step": Target(r"\operatorname{sign} x", np.sign),
        "sin3": Target(r"\sin 3x", lambda x: np.sin(3 * x)),
        "cubic": Target(r"x^3/10 - x/2", lambda x: x**3 / 10 - x / 2),
    }
)


@lru_cache(maxsize=64)
def sample(target: str, points: int, noise: float = 0.0, seed: int = 0) -> tuple[Array, Array]:
    """Return x and y, shape (points,) each: equal steps over [-pi, pi], and the target there.

    `noise` is the standard deviation of what is added to y, drawn from `seed`. The arrays are
    shared and read-only.
    """
    x = np.linspace(-np.pi, np.pi, points)
    y = TARGETS[target].function(x)
    if noise:
        y = y + noise * np.random.default_rng([seed, 1]).standard_normal(points)
    for array in (x, y):
        array.flags.writeable = False
    return x, y


def sample_for(settings: Settings) -> tuple[Array, Array]:
    """Return the points that a run with `settings` fits."""
    return sample(settings.target, settings.points, settings.noise, settings.seed)


def start(settings: Settings) -> tuple[float, ...]:
    """Return the weights that a run begins with: the lesson's own, or the seed's.

    The seed's numbers are the same whatever their count, so every stage starts from one point.
    """
    lesson = settings.lesson
    if lesson.start is not None:
        return lesson.start
    count = lesson.weights + settings.degree - 3
    return tuple(np.random.default_rng(settings.seed).standard_normal(count).tolist())
