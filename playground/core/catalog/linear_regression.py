"""A line through points, the learner's own too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

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


def _facts(fit: Fit) -> Mapping[str, Any]:
    centred = fit.but(centre=True)
    x = fit.points[0]
    low, high = centred.ends
    correlated = abs(x.mean()) / np.sqrt(np.square(x).mean())  # of the columns x and 1
    return {
        "pivot": fit.pivot,
        "disturbed": fit.disturbed,
        "x_low": float(x.min()),
        "x_high": float(x.max()),
        "mean_x": float(x.mean()),
        "own": bool(fit.settings.data),
        "centred_lambda_min": low,
        "centred_lambda_max": high,
        "centred_condition": high / low,
        "scaled_condition": (1 + correlated) / (1 - correlated),
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
