"""One weight, then a bias: four points of y = 2x, and a loss that fits on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from playground.core.catalog.lesson import Ladder, Lesson
from playground.core.data import OfFour
from playground.core.forms import Line
from playground.core.i18n import N_

if TYPE_CHECKING:
    from playground.core.quantities import Fit

ALIKE = {"SGD": 0.01, "RAdam": 0.01}  # both start as plain descent: the curvature decides

_stage = partial(
    Lesson, ladder="one_weight", form=Line(("w",)), sample=OfFour(), mean=True, start=(0.0,)
)
_STAGES = (
    _stage(
        slug="numpy",
        defaults={"learning_rate": 0.01, "epochs": 10},
        knobs=frozenset({"gradient"}),
    ),
    _stage(
        slug="autograd",
        defaults={"learning_rate": 0.01, "epochs": 10},
        knobs=frozenset({"device"}),
    ),
    _stage(
        slug="loss_and_optimizer",
        defaults={"optimizer": "SGD", "learning_rate": 0.01, "epochs": 10},
        knobs=frozenset({"device", "optimizer"}),
    ),
    _stage(
        slug="linear",
        defaults={"optimizer": "SGD", "learning_rate": 0.001, "epochs": 1000},
        knobs=frozenset({"device", "optimizer"}),
        form=Line(("w", "b")),
        start=(0.0, 0.0),
    ),
)


def _facts(fit: Callable[..., Fit]) -> Mapping[str, float]:
    mean, notebook = (fit("numpy", gradient=kind) for kind in ("mean", "notebook"))
    curvature, rate = mean.best.hessian[0, 0], mean.settings.learning_rate
    slope = curvature * (mean.start.weights[0, 0] - mean.best.weights[0])
    return {
        "curvature": curvature,
        "shrink": 1 - rate * curvature,
        "loss_shrink": (1 - rate * curvature) ** 2,
        "notebook_shrink": 1 - rate * notebook.best.hessian[0, 0],
        "notebook_stable_rate": notebook.best.stable_rate,
        "first_loss": float(mean.start.loss[0]),
        "first_slope": slope,
        "first_step": -rate * slope,
        "prediction": mean.prediction(),
        "notebook_prediction": notebook.prediction(),
        "swing": mean.swing(momentum=0.9),
        "decayed": curvature * mean.best.weights[0] / (curvature + 1.0),  # weight_decay 1: to 0
        "one_weight_stable_rate": mean.best.stable_rate,
        **_of_the_bias(fit),
    }


def _of_the_bias(fit: Callable[..., Fit]) -> Mapping[str, float]:
    both = fit("linear")
    rate, epochs = both.settings.learning_rate, both.settings.epochs
    w, b = both.end
    return {
        "flat_left": (1 - rate * both.best.eigenvalues[0]) ** epochs,
        "end_w": w,
        "end_b": b,
        "end_prediction": both.prediction(),
        "alone_prediction": fit("autograd", learning_rate=rate, epochs=epochs).prediction(),
        "pivot": both.pivot,
    }


ONE_WEIGHT = Ladder(
    slug="one_weight",
    page="one_weight",
    about=N_("four points of y = 2x"),
    knobs=("epochs", "learning_rate"),
    rates=ALIKE,
    swept="loss_and_optimizer",
    facts=_facts,
    lessons=_STAGES,
)
