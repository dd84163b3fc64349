"""The points that a lesson fits, and the weights it begins with."""

from __future__ import annotations

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from playground.core import table, weights
from playground.core.targets import TARGETS

if TYPE_CHECKING:  # settings know the lessons, and those their points
    from playground.core.settings import Settings

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


@dataclass(frozen=True)
class Sample(ABC):
    """Where the points of a lesson come from, and how much room a figure gives them."""

    margin: ClassVar[float] = 0.08
    """How far the x axis goes beyond the points on each side, as a share of their width."""
    beyond: ClassVar[float] = 0.06
    """How far the curve is drawn beyond them."""

    @abstractmethod
    def points(self, settings: Settings) -> tuple[Array, Array]:
        """Return x and y, shape (points,) each, shared and read-only."""

    @abstractmethod
    def recipe(self, settings: Settings) -> list[str]:
        """Return the lines of NumPy that make them."""

    def function(self, settings: Settings) -> Callable[[Array], Array] | None:
        """Return what gives y at any x; None where only the points are known."""
        return None


@dataclass(frozen=True)
class OfTarget(Sample):
    """Many points of one of `TARGETS`, so dense that no figure has to leave them room."""

    margin, beyond = 0.025, 0.0

    def points(self, settings: Settings) -> tuple[Array, Array]:
        """Return the target at equal steps over [-pi, pi]."""
        return sample(settings.target, settings.points, settings.noise, _seed(settings))

    def recipe(self, settings: Settings) -> list[str]:
        """Return the lines that do the same."""
        source = TARGETS[settings.target].source
        x = f"x = np.linspace(-np.pi, np.pi, {settings.points})"
        return [x, f"y = {source}", *_noise(settings)]

    def function(self, settings: Settings) -> Callable[[Array], Array]:
        """Return the target."""
        return TARGETS[settings.target].function


@dataclass(frozen=True)
class OfLine(Sample):
    """Points of y = 2x + 1, or the learner's own."""

    def points(self, settings: Settings) -> tuple[Array, Array]:
        """Return points that float32 has."""
        return line(settings.points, settings.data, settings.noise, _seed(settings))

    def recipe(self, settings: Settings) -> list[str]:
        """Return the lines that make them, before float32 rounds them."""
        if settings.data:
            made = _literals(*np.array(table.parse(settings.data)).T)
        else:
            made = [f"x = np.linspace(0.0, 10.0, {settings.points})", "y = 2 * x + 1"]
        return [*made, *_noise(settings)]


@dataclass(frozen=True)
class OfFour(Sample):
    """The four points of y = 2x."""

    def points(self, settings: Settings) -> tuple[Array, Array]:
        """Return `four`, whatever the settings."""
        return four()

    def recipe(self, settings: Settings) -> list[str]:
        """Return the two arrays."""
        return _literals(*four())


def _seed(settings: Settings) -> int:
    """Return the seed of the noise: equal points are made once, however runs begin."""
    return settings.seed if settings.noise else 0


def _noise(settings: Settings) -> list[str]:
    drawn = f"np.random.default_rng([{settings.seed}, 1]).standard_normal(len(y))"
    return [f"y = y + {settings.noise!r} * {drawn}"] if settings.noise else []


def _literals(x: Array, y: Array) -> list[str]:
    return [*_literal("x", x), *_literal("y", y)]


def _literal(name: str, values: Array) -> list[str]:
    """Return the lines that make an array of the very same numbers."""
    numbers = ", ".join(map(repr, values.tolist()))
    if len(numbers) <= 70:
        return [f"{name} = np.array([{numbers}])"]
    rows = textwrap.wrap(numbers, 84, break_long_words=False, break_on_hyphens=False)
    return [f"{name} = np.array([", *(f"    {row}" for row in rows), "])"]


def sample_for(settings: Settings) -> tuple[Array, Array]:
    """Return the points that a run with `settings` fits."""
    return settings.lesson.sample.points(settings)


def recipe(settings: Settings) -> list[str]:
    """Return the lines of NumPy that make the points of `sample_for`, for somebody to run."""
    return settings.lesson.sample.recipe(settings)


def shift(settings: Settings) -> float:
    """Return what is taken off x before a line is fitted: its mean, where it is centred, or 0."""
    return float(sample_for(settings)[0].mean()) if settings.centre else 0.0


def names(settings: Settings) -> tuple[str, ...]:
    """Return the name of each number in the weights, in the order of a history's columns."""
    return weights.columns(settings.weights)


def start(settings: Settings) -> tuple[Any, ...]:
    """Return the weights that a run begins with: the lesson's own, or the seed's.

    A scalar is a float, a tensor nested lists. The seed's numbers are the same whatever their
    count, so every stage starts from one point.
    """
    lesson = settings.lesson
    if lesson.start is not None:
        return lesson.start
    count = len(names(settings))
    numbers = np.random.default_rng(settings.seed).standard_normal(count).tolist()
    return weights.shaped(numbers, settings.weights)
