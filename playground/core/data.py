"""The points that a stage fits, and the weights it begins with."""

from __future__ import annotations

import textwrap
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.core import table
from playground.core.settings import Settings
from playground.core.settings.targets import TARGETS as TARGETS

Array = NDArray[np.float64]


@lru_cache(maxsize=64)
def sample(target: str, points: int, noise: float = 0.0, seed: int = 0) -> tuple[Array, Array]:
    """Return x and y, shape (points,) each: equal steps over [-pi, pi], and the target there.

    `noise` is the standard deviation of what is added to y, drawn from `seed`. The arrays are
    shared and read-only.
    """
    x = np.linspace(-np.pi, np.pi, points)
    return _noisy(x, TARGETS[target].function(x), noise, seed)


@lru_cache(maxsize=64)
def line(points: int, given: str = "", noise: float = 0.0, seed: int = 0) -> tuple[Array, Array]:
    """Return x and y as `sample` does: y = 2x + 1 over [0, 10], or the points in the text `given`.

    given: in the form of `table.write`, or nothing. Every number is one that float32 has: a line
    is fitted in it, so its least squares and its floor are those of these very points.
    """
    if given:
        x, y = np.array(table.parse(given)).T
    else:
        x = np.linspace(0.0, 10.0, points)
        y = 2 * x + 1
    x, y = (array.astype(np.float32) for array in _noisy(x, y, noise, seed))
    return _noisy(x.astype(np.float64), y.astype(np.float64), 0.0, 0)


@lru_cache(maxsize=1)
def four() -> tuple[Array, Array]:
    """Return the four points of y = 2x that one weight fits."""
    return _noisy(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 6.0, 8.0]), 0.0, 0)


def _noisy(x: Array, y: Array, noise: float, seed: int) -> tuple[Array, Array]:
    if noise:
        y = y + noise * np.random.default_rng([seed, 1]).standard_normal(len(y))
    for array in (x, y):
        array.flags.writeable = False
    return x, y


def sample_for(settings: Settings) -> tuple[Array, Array]:
    """Return the points that a run with `settings` fits."""
    seed = settings.seed if settings.noise else 0
    if settings.ladder == "one_weight":
        return four()
    if settings.ladder == "linear_regression":
        return line(settings.points, settings.data, settings.noise, seed)
    return sample(settings.target, settings.points, settings.noise, seed)


def recipe(settings: Settings) -> list[str]:
    """Return the lines of NumPy that make the points of `sample_for`, for somebody to run."""
    if settings.data or settings.ladder == "one_weight":
        given = np.array(table.parse(settings.data)).T if settings.data else four()
        lines = [*_literal("x", given[0]), *_literal("y", given[1])]
    elif settings.ladder == "linear_regression":
        lines = [f"x = np.linspace(0.0, 10.0, {settings.points})", "y = 2 * x + 1"]
    else:
        source = TARGETS[settings.target].source
        lines = [f"x = np.linspace(-np.pi, np.pi, {settings.points})", f"y = {source}"]
    if settings.noise and settings.ladder != "one_weight":
        drawn = f"np.random.default_rng([{settings.seed}, 1]).standard_normal(len(y))"
        lines.append(f"y = y + {settings.noise!r} * {drawn}")
    return lines


def _literal(name: str, values: Array) -> list[str]:
    """Return the lines that make an array of the very same numbers."""
    numbers = ", ".join(map(repr, values.tolist()))
    if len(numbers) <= 70:
        return [f"{name} = np.array([{numbers}])"]
    rows = textwrap.wrap(numbers, 84, break_long_words=False, break_on_hyphens=False)
    return [f"{name} = np.array([", *(f"    {row}" for row in rows), "])"]


def names(settings: Settings) -> tuple[str, ...]:
    """Return the names of the weights, in the order of `start`."""
    if settings.lesson.form != "powers":
        return tuple(settings.lesson.weights)
    return tuple("abcdefghij"[: settings.degree + 1])


def start(settings: Settings) -> tuple[float, ...]:
    """Return the weights that a run begins with: the lesson's own, or the seed's.

    The seed's numbers are the same whatever their count, so every stage starts from one point.
    """
    lesson = settings.lesson
    if lesson.start is not None:
        return lesson.start
    count = len(names(settings))
    return tuple(np.random.default_rng(settings.seed).standard_normal(count).tolist())
