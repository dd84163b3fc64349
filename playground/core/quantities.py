"""The computed numbers that the prose of the lessons may name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, catalog, data
from playground.core.analysis import Quadratic
from playground.core.history import History
from playground.core.settings import Settings

Array = NDArray[np.float64]


@cache
def facts(ladder: str, slug: str) -> dict[str, str]:
    """Return the numbers that the text of a lesson may name, as `plain` writes them."""

    def fit(stage: str, **knobs: Any) -> Fit:
        return Fit(Settings.of(stage, ladder=ladder, **knobs))

    tutorial = fit(slug)
    numbers = {"rate": tutorial.settings.learning_rate, **catalog.LADDERS[ladder].facts(fit)}
    if tutorial.settings.lesson.form.least_squares:
        numbers = tutorial.numbers | numbers
    said = {name: plain(value) for name, value in numbers.items()}
    return said | {"epochs": str(tutorial.settings.epochs)}


def plain(value: float) -> str:
    """Return four digits of a number as people write it; a small rate stays as code has it."""
    rounded = f"{value:.4g}"
    return f"{float(rounded):.0f}" if abs(value) >= 1000 else rounded


@dataclass(frozen=True)
class Fit:
    """What algebra knows about a fit by plain descent, whose loss is a quadratic form."""

    settings: Settings

    @property
    def best(self) -> Quadratic:
        """Its floor and its curvature."""
        return analysis.quadratic_for(self.settings)

    @property
    def numbers(self) -> dict[str, float]:
        """What there is to say of every fit."""
        best = self.best
        low, high = best.eigenvalues[[0, -1]]
        return {
            "floor": best.floor,
            "lambda_min": low,
            "lambda_max": high,
            "condition": high / low,
            "stable_rate": best.stable_rate,
        }

    @property
    def start(self) -> History:
        """What is known before the first epoch."""
        return analysis.beginning(self.settings)

    @property
    def shift(self) -> float:
        """What is taken off x: its mean, where it is centred."""
        return data.shift(self.settings)

    @property
    def end(self) -> Array:
        """Where plain descent ends: w_k = w* + (I - rate H)^k (w_0 - w*)."""
        best, settings = self.best, self.settings
        step = np.eye(len(best.weights)) - settings.learning_rate * best.hessian
        away = self.start.weights[0] - best.weights
        end: Array = best.weights + np.linalg.matrix_power(step, settings.epochs) @ away
        return end

    def prediction(self, x: float = 5.0) -> float:
        """Return what the line predicts for `x` where plain descent ends."""
        return float(analysis.curves(self.settings, self.end[None], np.array([x]))[0, 0, 0])

    @property
    def pivot(self) -> float:
        """The x about which a line turns when (w, b) go along the flat direction."""
        w, b = np.linalg.eigh(self.best.hessian)[1][:, 0]
        return float(-b / w)

    def swing(self, momentum: float) -> float:
        """Return what multiplies the distance an epoch where SGD with momentum fits one weight.

        It is the larger root of z² - (1 + momentum - step) z + momentum, by its size, where step
        is the rate times the curvature. Source: Goh, "Why Momentum Really Works", Distill 2017,
        doi:10.23915/distill.00006.
        """
        step = self.settings.learning_rate * self.best.hessian[0, 0]
        return float(np.abs(np.roots([1, -(1 + momentum - step), momentum])).max())
