"""The stages of the tutorial: one cubic, from NumPy to a graph that changes every step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

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


LOOK = 10  # epochs over which the text of NumPy says how far each weight goes


def _facts(fit: Fit) -> Mapping[str, Any]:
    cubic, quintic = fit.but(stage="autograd", degree=3), fit.but(stage="nn", degree=5)
    names = tuple(weight.name for weight in fit.settings.weights)
    known = {
        "names": names,
        "odd": fit.odd,
        "cubic_stable_rate": 2 / cubic.ends[1],
        "stable_rate5": 2 / quintic.ends[1],
        "floor3": cubic.best.floor,
        "floor5": quintic.best.floor,
    }
    if fit.settings.stage == "numpy":
        known |= _of_numpy(fit)
    if fit.settings.stage == "optim":
        known |= _of_rmsprop(fit)
    return known


def _of_numpy(fit: Fit) -> dict[str, Any]:
    """Return how far each weight goes at first, and the curvature of the two flat directions."""
    look = min(LOOK, fit.settings.epochs - 1)
    starts, later = fit.after(0), fit.after(look)
    hessian = fit.best.hessian
    even, odd = (np.linalg.eigvalsh(hessian[np.ix_(of, of)])[0] for of in ((0, 2), (1, 3)))
    return {
        "look": look,
        "starts": dict(zip("abcd", starts.tolist(), strict=True)),
        "later": dict(zip("abcd", later.tolist(), strict=True)),
        "flat_ac": even,
        "flat_bd": odd,
        "in_order": _in_order(fit),
    }


def _in_order(fit: Fit) -> bool:
    """Return whether d drops at once, c follows and b crawls.

    d: four fifths of what it falls in 10 epochs, in the first three. c: it falls, in the second
    half too. b: in 10 epochs at most a twentieth of its way.
    """
    settings = fit.settings
    if settings.epochs <= LOOK or settings.learning_rate * fit.ends[1] >= 1:
        return False
    at = {epoch: dict(zip("abcd", fit.after(epoch), strict=True)) for epoch in (0, 3, 5, 10)}
    fell = at[0]["d"] - at[10]["d"]
    drops = fell > 0 and at[0]["d"] - at[3]["d"] >= 0.8 * fell
    follows = at[0]["c"] > at[5]["c"] > at[10]["c"]
    way = abs(fit.best.weights[1] - at[0]["b"])
    return bool(drops and follows and abs(at[10]["b"] - at[0]["b"]) <= 0.05 * way)


def _of_rmsprop(fit: Fit) -> dict[str, Any]:
    """Return how many rates long its first step is, and whether eps leaves that to the sign.

    torch starts the mean of the squares at 0 and does not correct it: after the first gradient g it
    is (1 - alpha) g**2.
    """
    settings = fit.settings
    first = 1 / math.sqrt(1 - settings.alpha)
    slopes = np.abs(fit.best.hessian @ (fit.start.weights[0] - fit.best.weights))
    signed = settings.optimizer == "RMSprop" and settings.momentum == 0
    return {
        "first_step": first,
        "signed": bool(signed and settings.eps <= 1e-3 * slopes.min() / first),
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
