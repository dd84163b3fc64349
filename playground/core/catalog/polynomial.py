"""The stages of the tutorial: one cubic, from NumPy to a graph that changes every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from playground.core.catalog.lesson import Ladder, Lesson
from playground.core.data import OfTarget
from playground.core.forms import Drawn, Legendre, Powers
from playground.core.i18n import N_

if TYPE_CHECKING:
    from playground.core.quantities import Fit

_stage = partial(Lesson, ladder="polynomial", form=Powers(), sample=OfTarget(), mean=False)
_STAGES = (
    _stage(slug="numpy", defaults={"learning_rate": 1e-6, "epochs": 2000}),
    _stage(
        slug="tensor",
        defaults={"learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device"}),
    ),
    _stage(
        slug="autograd",
        defaults={"learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device"}),
    ),
    _stage(
        slug="custom_function",
        defaults={"learning_rate": 5e-6, "epochs": 2000},
        knobs=frozenset({"device"}),
        form=Legendre(),
        start=(0.0, -1.0, 0.0, 0.3),
        quadratic=False,
        own_backward=True,
    ),
    _stage(
        slug="nn",
        defaults={"learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device", "degree"}),
    ),
    _stage(
        slug="optim",
        defaults={"optimizer": "RMSprop", "learning_rate": 1e-3, "epochs": 2000},
        knobs=frozenset({"device", "degree", "optimizer"}),
    ),
    _stage(
        slug="module",
        defaults={"optimizer": "SGD", "learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device", "optimizer"}),
    ),
    _stage(
        slug="dynamic",
        defaults={"optimizer": "SGD", "learning_rate": 1e-8, "momentum": 0.9, "epochs": 30_000},
        knobs=frozenset({"device", "optimizer"}),
        optimizers_left_out={
            "LBFGS": N_(
                "LBFGS compares several losses within one step, but here every forward pass "
                "draws another graph."
            )
        },
        form=Drawn(),
        quadratic=False,
        draws="e",
    ),
)


def _facts(fit: Callable[..., Fit]) -> Mapping[str, float]:
    cubic, quintic = fit("autograd").best, fit("nn", degree=5).best
    return {
        "b": cubic.weights[1],
        "d": cubic.weights[3],
        "floor5": quintic.floor,
        "stable_rate5": quintic.stable_rate,
    }


POLYNOMIAL = Ladder(
    slug="polynomial",
    page="stages",
    about=N_("the sine and others"),
    knobs=("target", "points", "noise", "seed", "epochs", "learning_rate"),
    fixed={"degree": N_("This stage writes out a cubic; nn and optim take any degree.")},
    swept="optim",
    facts=_facts,
    lessons=_STAGES,
)
