"""One weight, then a bias: four points of y = 2x, and a loss that fits on paper."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

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


def _facts(fit: Fit) -> Mapping[str, Any]:
    mean, notebook = (fit.but(stage="numpy", gradient=kind) for kind in ("mean", "notebook"))
    steps = notebook if fit.settings.gradient == "notebook" else mean
    curvature, rate = mean.best.hessian[0, 0], fit.settings.learning_rate
    shrink = 1 - rate * steps.best.hessian[0, 0]
    slope = curvature * (mean.start.weights[0, 0] - mean.best.weights[0])
    first_loss = float(mean.start.loss[0])
    return {
        "curvature": curvature,
        "steps_curvature": steps.best.hessian[0, 0],
        "shrink": shrink,
        "loss_shrink": shrink**2,
        "notebook_shrink": 1 - rate * notebook.best.hessian[0, 0],
        "notebook_stable_rate": notebook.best.stable_rate,
        "first_loss": first_loss,
        "last_loss": first_loss * np.float64(shrink) ** (2 * (fit.settings.epochs - 1)),
        "first_slope": slope,
        "first_step": -rate * slope,
        "prediction": mean.prediction(),
        "notebook_prediction": notebook.prediction(),
        "swing": mean.swing(momentum=0.9),
        "decayed": curvature * mean.best.weights[0] / (curvature + 1.0),  # weight_decay 1: to 0
        "one_weight_stable_rate": mean.best.stable_rate,
        **_of_the_bias(fit),
    }


def _of_the_bias(fit: Fit) -> dict[str, Any]:
    both = fit.but(stage="linear", gradient="mean")
    rate, epochs = both.settings.learning_rate, both.settings.epochs
    w, b = both.end
    low, high = both.ends
    return {
        "flat_left": np.float64(1 - rate * low) ** epochs,  # infinite, and no error, where it grows
        "steep_left": np.float64(abs(1 - rate * high)) ** epochs,
        "end_w": w,
        "end_b": b,
        "end_prediction": both.prediction(),
        "alone_prediction": both.but(stage="autograd").prediction(),
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
