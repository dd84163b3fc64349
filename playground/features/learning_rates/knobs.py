"""What the page of learning rates asks for, and what a sweep over rates gives.

No torch here: the web process reads these, and `running` makes them.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, catalog, settings
from playground.core.analysis import Quadratic, Verdict
from playground.core.catalog import Lesson
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

KINDS = MappingProxyType(
    {
        "crawling": ("started", "falling", "stalled"),
        "good": ("converged",),
        "oscillating": ("oscillating",),
        "diverged": ("growing", "diverged"),
    }
)
"""The verdicts of `analysis.KINDS` that make each kind. What crawls, yet more often than not
turns back at a step, oscillates too: its weights do, though the loss may fall. So does what grows
below the border, as momentum makes it at first: it comes down again."""


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A fit, and the rates to train it at.

    fit: its learning rate says nothing here, so `lab` sets it to one value.
    below, above: how many decades the rates go below and above the border; an `above` of 0 goes
        on until every direction diverges, within 0.5 and 3.
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
    return np.array([float(f"{rate:.{DIGITS}g}") for rate in rates])


def borders(best: Quadratic, momentum: float = 0.0) -> Array:
    """Return the rate from which each eigen-direction diverges: descending with its place.

    It is 2 (1 + momentum) / lambda. Source: Goh, "Why Momentum Really Works", Distill 2017,
    doi:10.23915/distill.00006.
    """
    with np.errstate(divide="ignore"):
        found: Array = 2 * (1 + momentum) / np.maximum(best.eigenvalues, 0.0)
    return found


def condition(best: Quadratic) -> float:
    """Return the largest curvature over the smallest; infinite where rounding left none."""
    low, high = best.eigenvalues[[0, -1]]
    return float(high / low) if low > 0 else math.inf


def border_name(momentum: float, which: str = "max") -> str:
    """Return the formula of `borders` with its numbers, for the direction `which`."""
    return f"2{f'·{1 + momentum:g}' if momentum else ''}/λ{which}"


def kind(judged: Verdict, turned: float, *, stable: bool) -> str:
    """Return the kind of a rate.

    turned: the share of its last steps that turned back. stable: whether it is below the border.
    """
    found = next(name for name, verdicts in KINDS.items() if judged.kind in verdicts)
    turning = found == "crawling" and turned > 0.5
    return "oscillating" if turning or (found == "diverged" and stable) else found


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What training at each rate led to; all but `first` and `epochs` have a value a rate.

    first: the loss that all begin with. final: the last loss. diverged: the epoch at which the
    loss was no longer finite, or -1. reached: after how many epochs the loss first counted as
    arrived, or -1. kinds: of `KINDS`.
    """

    epochs: int
    rates: Array
    first: float
    final: Array
    diverged: NDArray[np.int64]
    reached: NDArray[np.int64]
    kinds: tuple[str, ...]

    def __repr__(self) -> str:
        """Return in one line which rates were tried, and how many of them made each kind."""
        ends = f"{self.rates[0]:.4g} to {self.rates[-1]:.4g}"
        counts = [f"{self.kinds.count(kind)} {kind}" for kind in KINDS if kind in self.kinds]
        tried = f"{len(self.rates)} rates from {ends}, {self.epochs} epochs"
        return f"Swept({tried}: {', '.join(counts)})"

    @property
    def fastest(self) -> int | None:
        """The place of the rate that arrived first, of equals the smallest; None if none did.

        Those that stayed there go before those that left again.
        """
        stayed = np.array(self.kinds) == "good"
        arrived = np.flatnonzero((self.reached >= 0) & (stayed if stayed.any() else True))
        if not len(arrived):
            return None
        return int(arrived[np.argmin(self.reached[arrived])])

    @property
    def lowest(self) -> int:
        """The place of the rate that ended lowest."""
        return int(np.argmin(np.where(np.isfinite(self.final), self.final, np.inf)))

    def place(self, rate: float) -> int:
        """Return the place of the rate nearest to `rate`, in decades."""
        return int(np.argmin(np.abs(np.log(self.rates) - math.log(rate))))


@dataclass(frozen=True)
class Attempt:
    """One rate on the way to the floor.

    reached: after how many epochs it arrived, or None. ended: the epochs it ran.
    finite: whether the loss stayed so. epochs, loss: some of its losses, first and last among them.
    """

    rate: float
    reached: int | None
    ended: int
    finite: bool
    epochs: NDArray[np.int64]
    loss: Array


@dataclass(frozen=True)
class Fewest:
    """The rate that arrives first of those tried, and after how many epochs; None if none does."""

    rate: float
    epochs: int | None

    def beside(self, tried: Iterable[Attempt]) -> Fewest:
        """Return this or the attempt that arrives earlier, if there is one."""
        arrived = [Fewest(one.rate, one.reached) for one in tried if one.reached is not None]
        known = [self] if self.epochs is not None else []
        return min([*known, *arrived], key=lambda one: one.epochs or 0, default=self)


@dataclass(frozen=True)
class Basis:
    """A sweep with the weights written in one basis, about its own border."""

    name: str
    border: float
    condition: float
    swept: Swept
    fewest: Fewest


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
