"""The facts that the prose of the lessons may name: computed for the settings that are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, catalog, data
from playground.core.analysis import Quadratic
from playground.core.catalog import Lesson
from playground.core.history import History
from playground.core.motion import Steps, motion, multipliers
from playground.core.settings import Settings

Array = NDArray[np.float64]
Facts = Mapping[str, Any]

LONG = 1e7  # a number of so many digits is written with an exponent
BESIDE_1 = 1e-9  # times the border: so near to it a rate is on it
SYMMETRIC = 1e-9  # of the largest y: what rounding makes of 0
CANCELLED = 1e-6  # of the spread of x: so small a mean is what rounding left of 0


def tutorial(lesson: Lesson) -> Settings:
    """Return the tutorial's settings for a lesson."""
    return Settings.of(lesson.slug, ladder=lesson.ladder)


@lru_cache(maxsize=512)
def facts(settings: Settings) -> Facts:
    """Return what the text of a lesson may name, with `settings` on the page.

    Numbers, words and whether something holds. A number that its condition forbids to show may be
    infinite or nan.
    """
    fit = Fit(settings)
    with np.errstate(all="ignore"):
        known = fit.settings_shown
        if settings.lesson.form.least_squares:
            known |= fit.numbers | fit.speed
        known |= catalog.LADDERS[settings.ladder].facts(fit)
    return MappingProxyType(known)


def plain(value: float) -> str:
    """Return four digits of a number as people write it; a small rate stays as code has it."""
    rounded = f"{value + 0.0:.4g}"
    return f"{float(rounded):.0f}" if 1000 <= abs(value) < LONG else rounded


@dataclass(frozen=True)
class Fit:
    """What algebra knows about a fit, whose loss is a quadratic form."""

    settings: Settings

    def but(self, **knobs: Any) -> Fit:
        """Return the fit with other knobs; all that are not named stay as they are."""
        return Fit(dataclasses.replace(self.settings, **knobs))

    @property
    def settings_shown(self) -> dict[str, Any]:
        """The settings that sentences name, and what follows from them alone."""
        of = self.settings
        names = ("epochs", "optimizer", "momentum", "gradient", "degree", "target", "noise")
        return {name: getattr(of, name) for name in names} | {
            "rate": of.learning_rate,
            "points": len(self.points[0]),
            "centred": of.centre,
            "is_tutorial": dataclasses.replace(of, device="cpu") == tutorial(of.lesson),
            "plain": of.plain_descent,
        }

    @property
    def numbers(self) -> dict[str, Any]:
        """What there is to say of the loss of every fit."""
        low, high = self.ends
        return {
            "floor": self.best.floor,
            "lambda_min": low,
            "lambda_max": high,
            "condition": high / low if low else np.inf,
            "stable_rate": 2 / high,
        }

    @property
    def speed(self) -> dict[str, Any]:
        """What there is to say of the steps: their border, and whether plain descent is below it.

        border: of the rate, with momentum, Nesterov's step and weight decay; None where another
        rule makes the step, or the loss is not quadratic.
        """
        moved, rate = motion(self.settings), self.settings.learning_rate
        below = rate < (1 - BESIDE_1) * 2 / self.ends[1]
        return {
            "border": moved.border if moved else None,
            "stable": bool(self.settings.plain_descent and moved and below),
        }

    @property
    def points(self) -> tuple[Array, Array]:
        """Its x and y."""
        return data.sample_for(self.settings)

    @property
    def best(self) -> Quadratic:
        """Its floor and its curvature."""
        return analysis.quadratic_for(self.settings)

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest curvature and the largest."""
        low, high = self.best.eigenvalues[[0, -1]].tolist()
        return low, high

    @property
    def start(self) -> History:
        """What is known before the first epoch."""
        return analysis.beginning(self.settings)

    @property
    def shift(self) -> float:
        """What is taken off x: its mean, where it is centred."""
        return data.shift(self.settings)

    def after(self, epochs: int) -> Array:
        """Return where plain descent is then: w_k = w* + (I - rate H)^k (w_0 - w*)."""
        best, settings = self.best, self.settings
        step = np.eye(len(best.weights)) - settings.learning_rate * best.hessian
        away = self.start.weights[0] - best.weights
        there: Array = best.weights + np.linalg.matrix_power(step, epochs) @ away
        return there

    @property
    def end(self) -> Array:
        """Where plain descent ends."""
        return self.after(self.settings.epochs)

    def prediction(self, x: float = 5.0) -> float:
        """Return what the line predicts for `x` where plain descent ends."""
        return float(analysis.curves(self.settings, self.end[None], np.array([x]))[0, 0, 0])

    @property
    def odd(self) -> bool:
        """Whether the points at -x lie as far below 0 as those at x above it."""
        x, y = self.points
        turned = np.abs(x + x[::-1]).max() + np.abs(y + y[::-1]).max()
        return bool(turned <= SYMMETRIC * np.abs(y).max())

    @property
    def disturbed(self) -> bool:
        """Whether the two weights of a line change the loss together: the mean of x is not 0."""
        x = self.points[0] - self.shift
        return bool(abs(x.mean()) > CANCELLED * np.sqrt(np.square(x).mean()))

    @property
    def pivot(self) -> float | None:
        """The x about which a line turns when (w, b) go along the flat direction; None if nowhere.

        Either row of the Hessian has it: (2 mean(x^2) - lambda_min) w = -2 mean(x) b, and
        2 mean(x) w = -(2 - lambda_min) b. The larger difference keeps its digits.
        """
        x, low = self.points[0] - self.shift, self.ends[0]
        if not self.disturbed:
            return self.shift if x.var() < 1 else None  # w alone, or b alone
        bend, both = 2 * float(np.square(x).mean()), 2 * float(x.mean())
        return (both / (2 - low) if bend < 2 else (bend - low) / both) + self.shift

    def swing(self, momentum: float) -> float:
        """Return what multiplies the distance an epoch where SGD with momentum fits one weight.

        It is the size of the larger of its `multipliers`.
        """
        steps = Steps(rate=self.settings.learning_rate, momentum=momentum)
        return float(np.abs(multipliers(self.best.eigenvalues, steps)[0, 0]))
