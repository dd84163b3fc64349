"""A line through points, the learner's own too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from playground.core.catalog.lesson import Ladder, Lesson
from playground.core.catalog.one_weight import ALIKE
from playground.core.data import OfLine
from playground.core.forms import Line
from playground.core.i18n import N_

if TYPE_CHECKING:
    from playground.core.quantities import Fit

_LINEAR = Lesson(
    ladder="linear_regression",
    slug="linear",
    form=Line(("w", "b")),
    sample=OfLine(),
    mean=True,
    defaults={"optimizer": "SGD", "learning_rate": 0.01, "epochs": 1000, "points": 11},
    knobs=frozenset({"device", "optimizer", "centre"}),
)


def _facts(fit: Callable[..., Fit]) -> Mapping[str, float]:
    raw, centred = (fit("linear", centre=centre) for centre in (False, True))
    low, high = centred.best.eigenvalues
    return {
        "w": raw.best.weights[0],
        "b": raw.best.weights[1],
        "pivot": raw.pivot,
        "mean_x": centred.shift,
        "centred_b": centred.best.weights[1],
        "centred_lambda_min": low,
        "centred_lambda_max": high,
        "centred_condition": high / low,
        "centred_stable_rate": centred.best.stable_rate,
    }


LINEAR_REGRESSION = Ladder(
    slug="linear_regression",
    page="regression",
    about=N_("a line through points, yours too"),
    knobs=("data", "points", "noise", "seed", "epochs", "learning_rate"),
    rates=ALIKE,
    swept="linear",
    facts=_facts,
    lessons=(_LINEAR,),
)
