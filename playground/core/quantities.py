"""The computed numbers that the prose of the lessons may name."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis
from playground.core.settings import Settings

Array = NDArray[np.float64]


@cache
def facts(ladder: str, slug: str) -> dict[str, str]:
    """Return the numbers that the text of a lesson may name, as `plain` writes them."""
    tutorial = Settings.of(slug, ladder=ladder)
    best = analysis.quadratic_for(tutorial)
    low, high = best.eigenvalues[[0, -1]]
    numbers = {
        "floor": best.floor,
        "lambda_min": low,
        "lambda_max": high,
        "condition": high / low,
        "stable_rate": best.stable_rate,
        "rate": tutorial.learning_rate,
    }
    numbers |= FACTS[ladder]()
    said = {name: plain(value) for name, value in numbers.items()}
    return said | {"epochs": str(tutorial.epochs)}


def plain(value: float) -> str:
    """Return four digits of a number as people write it; a small rate stays as code has it."""
    rounded = f"{value:.4g}"
    return f"{float(rounded):.0f}" if abs(value) >= 1000 else rounded


def _of_the_cubic() -> dict[str, float]:
    best = analysis.quadratic_for(Settings.of("autograd"))
    quintic = analysis.quadratic_for(Settings.of("nn", degree=5))
    return {
        "b": best.weights[1],
        "d": best.weights[3],
        "floor5": quintic.floor,
        "stable_rate5": quintic.stable_rate,
    }


def _of_one_weight() -> dict[str, float]:
    mean, notebook = (
        Settings.of("numpy", ladder="one_weight", gradient=kind) for kind in ("mean", "notebook")
    )
    loss, steps = analysis.quadratic_for(mean), analysis.quadratic_for(notebook)
    start = analysis.beginning(mean)
    curvature, rate = loss.hessian[0, 0], mean.learning_rate
    slope = curvature * (start.weights[0, 0] - loss.weights[0])
    return {
        "curvature": curvature,
        "shrink": 1 - rate * curvature,
        "loss_shrink": (1 - rate * curvature) ** 2,
        "notebook_shrink": 1 - rate * steps.hessian[0, 0],
        "notebook_stable_rate": steps.stable_rate,
        "first_loss": float(start.loss[0]),
        "first_slope": slope,
        "first_step": -rate * slope,
        "prediction": _prediction(mean),
        "notebook_prediction": _prediction(notebook),
        "swing": _swing(rate * curvature, momentum=0.9),
        "decayed": curvature * loss.weights[0] / (curvature + 1.0),  # weight_decay 1: pulls to 0
        "one_weight_stable_rate": loss.stable_rate,
        **_of_the_bias(),
    }


def _of_the_bias() -> dict[str, float]:
    settings = Settings.of("linear", ladder="one_weight")
    best = analysis.quadratic_for(settings)
    alone = Settings.of(
        "autograd",
        ladder="one_weight",
        learning_rate=settings.learning_rate,
        epochs=settings.epochs,
    )
    w, b = _end(settings)
    return {
        "flat_left": (1 - settings.learning_rate * best.eigenvalues[0]) ** settings.epochs,
        "end_w": w,
        "end_b": b,
        "end_prediction": _prediction(settings),
        "alone_prediction": _prediction(alone),
        "pivot": _pivot(best),
    }


def _of_the_line() -> dict[str, float]:
    settings, moved = (
        Settings.of("linear", ladder="linear_regression", centre=centre) for centre in (False, True)
    )
    raw, centred = analysis.quadratic_for(settings), analysis.quadratic_for(moved)
    low, high = centred.eigenvalues
    return {
        "w": raw.weights[0],
        "b": raw.weights[1],
        "pivot": _pivot(raw),
        "mean_x": analysis.shift(moved),
        "centred_b": centred.weights[1],
        "centred_lambda_min": low,
        "centred_lambda_max": high,
        "centred_condition": high / low,
        "centred_stable_rate": centred.stable_rate,
    }


def _end(settings: Settings) -> Array:
    """Return where plain descent ends: w_k = w* + (I - rate H)^k (w_0 - w*)."""
    best = analysis.quadratic_for(settings)
    step = np.eye(len(best.weights)) - settings.learning_rate * best.hessian
    away = analysis.beginning(settings).weights[0] - best.weights
    end: Array = best.weights + np.linalg.matrix_power(step, settings.epochs) @ away
    return end


def _prediction(settings: Settings, x: float = 5.0) -> float:
    """Return what the line predicts for `x` where plain descent ends."""
    return float(analysis.curves(settings, _end(settings)[None], np.array([x]))[0, 0, 0])


def _pivot(best: analysis.Quadratic) -> float:
    """Return the x about which a line turns when (w, b) go along the flat direction."""
    w, b = np.linalg.eigh(best.hessian)[1][:, 0]
    return float(-b / w)


def _swing(step: float, momentum: float) -> float:
    """Return what multiplies the distance an epoch, by SGD with momentum; step: rate · curvature.

    It is the larger root of z² - (1 + momentum - step) z + momentum, by its size. Source: Goh,
    "Why Momentum Really Works", Distill 2017, doi:10.23915/distill.00006.
    """
    return float(np.abs(np.roots([1, -(1 + momentum - step), momentum])).max())


FACTS = {
    "polynomial": _of_the_cubic,
    "one_weight": _of_one_weight,
    "linear_regression": _of_the_line,
}
