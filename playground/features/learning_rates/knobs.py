"""What a learner may set on the page of learning rates: a fit, and the rates to train it at."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, catalog, settings
from playground.core.analysis import Quadratic
from playground.core.catalog import Lesson
from playground.core.motion import Steps
from playground.core.rounding import to_digits
from playground.core.settings import Knob, Settings, knob
from playground.jobs.limits import EPOCHS

Array = NDArray[np.float64]

COUNT = 100  # rates at once
LIMIT = min(10_000, EPOCHS)  # epochs that an attempt may take
DIGITS = 4  # of a rate, so that it can be read, typed and sent in a link

FITS: Mapping[str, Lesson] = MappingProxyType(
    {slug: one.stages[one.swept] for slug, one in catalog.LADDERS.items() if one.swept}
)
"""By their ladders, the lessons whose fits can be swept."""

SHARED = ("target", "data", "degree", "points", "noise", "seed", "centre")
FITTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        slug: tuple(name for name in SHARED if name in settings.knobs(lesson, "SGD"))
        for slug, lesson in FITS.items()
    }
)
"""The knobs of each ladder that say what is fitted."""


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A fit, and the rates to train it at.

    fit: its learning rate is not used, so `lab` sets it to the default.
    below, above: how many decades the rates go below and above the border; an `above` of 0 means
        as many as it takes until every direction diverges, from 0.5 to 3.
    """

    fit: Settings
    below: float = knob(2.5, low=0.5, high=8.0)
    above: float = knob(0.0, low=0.0, high=4.0)

    def __post_init__(self) -> None:
        for name, rule in RULES.items():
            object.__setattr__(self, name, rule.check(name, getattr(self, name)))

    @property
    def best(self) -> Quadratic:
        """The floor and the curvature of the fit."""
        return analysis.quadratic_for(self.fit)

    @property
    def border(self) -> float:
        """The rate from which descent diverges."""
        return float(borders(self.best, self.fit.momentum)[-1])

    @property
    def rates(self) -> Array:
        """The rates to train at, ascending, shape (COUNT,): equal steps of their logarithm."""
        return grid(self.border, self.below, self.above or _enough(self.best))


RULES: Mapping[str, Knob] = MappingProxyType(
    {f.name: f.metadata["knob"] for f in dataclasses.fields(Lab) if "knob" in f.metadata}
)


def lab(ladder: str, *, below: float = 2.5, above: float = 0.0, **knobs: Any) -> Lab:
    """Return the lab for the fit that `knobs` of `settings.KNOBS` make of `ladder`.

    Raises ValueError for a value that breaks its rule or is no knob there.
    """
    knobs.pop("learning_rate", None)
    fit = Settings.of(FITS[ladder].slug, ladder=ladder, optimizer="SGD", **knobs)
    return Lab(fit=fit, below=below, above=above)


def _enough(best: Quadratic) -> float:
    return float(np.clip(math.log10(condition(best)) + 0.25, 0.5, 3.0))


def grid(border: float, below: float, above: float) -> Array:
    """Return `COUNT` rates from `below` decades under `border` to `above` decades over it."""
    rates = border * np.logspace(-below, above, COUNT)
    return np.array([to_digits(rate, DIGITS) for rate in rates])


def borders(best: Quadratic, momentum: float = 0.0) -> Array:
    """Return the rate from which each eigen-direction diverges, the largest rate first.

    It is 2 (1 + momentum) / lambda, as `Steps.border_at_1` has it.
    """
    with np.errstate(divide="ignore"):
        found: Array = Steps(rate=0.0, momentum=momentum).border_at_1 / best.eigenvalues
    return found


def condition(best: Quadratic) -> float:
    """Return the largest curvature over the smallest; infinite where rounding left none."""
    low, high = best.eigenvalues[[0, -1]]
    return float(high / low) if low > 0 else math.inf


def border_name(momentum: float, which: str = "max") -> str:
    """Return the formula of `borders` with its numbers, for the direction `which`."""
    return f"2{f'·{1 + momentum:g}' if momentum else ''}/λ{which}"


def contest(lab: Lab) -> Settings:
    """Return the fit of a lab as the challenge knows it: the same for any number of epochs."""
    rate = settings.defaults(lab.fit.lesson, "SGD")["learning_rate"]
    return dataclasses.replace(lab.fit, epochs=LIMIT, learning_rate=rate)


def replayed(lab: Lab, rate: float) -> Settings:
    """Return the settings that train the fit of `lab` at `rate` in a lesson, the plainest there is.

    Raises ValueError if no lesson takes that rate.
    """
    fit, usual = lab.fit, settings.defaults(lab.fit.lesson, "SGD")
    known = settings.knobs(fit.lesson, "SGD")
    turned = {name for name in known if getattr(fit, name) != usual[name]}
    lesson = next(
        one
        for one in catalog.LADDERS[fit.ladder].lessons
        if one.form == fit.lesson.form and turned <= {*settings.knobs(one, "SGD")}
    )
    given = {name: getattr(fit, name) for name in settings.knobs(lesson, "SGD")}
    return Settings.of(lesson.slug, ladder=fit.ladder, **given | {"learning_rate": rate})


def first_loss(fit: Settings) -> float:
    """Return the loss that every rate begins with."""
    return float(analysis.beginning(fit).loss[0])
