"""What training at many rates led to, as plain data: `work` makes it, the page shows it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from playground.core.verdict import Verdict

Array = NDArray[np.float64]

RATE_KINDS = MappingProxyType(
    {
        "crawling": ("started", "falling", "stalled", "creeping", "returned"),
        "good": ("converged", "flat"),
        "oscillating": ("damped", "swinging", "wandering"),
        "diverged": ("growing", "diverged"),
    }
)
"""The kinds of rates, and the verdicts of `verdict.KINDS` that make each.

A rate that crawls, but whose weights turn back at more than half of the steps, oscillates too,
though its loss may fall.
"""


def kind(judged: Verdict, turned: float) -> str:
    """Return the kind of a rate; turned: the share of its last steps that turned back."""
    found = next(name for name, verdicts in RATE_KINDS.items() if judged.kind in verdicts)
    return "oscillating" if found == "crawling" and turned > 0.5 else found


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What training at each rate led to; all but `first` and `epochs` have one value for each rate.

    first: the loss that all begin with. final: the last loss. diverged: the epoch at which the
    loss was no longer finite, or -1. reached: after how many epochs the loss first counted as
    arrived, or -1. kinds: of `RATE_KINDS`.
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
        counts = [f"{self.kinds.count(kind)} {kind}" for kind in RATE_KINDS if kind in self.kinds]
        tried = f"{len(self.rates)} rates from {ends}, {self.epochs} epochs"
        return f"Swept({tried}: {', '.join(counts)})"

    @property
    def fastest(self) -> int | None:
        """The index of the rate that arrived first, the smallest of equal ones; None if none did.

        Rates that stayed there are preferred to those that left again.
        """
        stayed = np.array(self.kinds) == "good"
        arrived = np.flatnonzero((self.reached >= 0) & (stayed if stayed.any() else True))
        if not len(arrived):
            return None
        return int(arrived[np.argmin(self.reached[arrived])])

    @property
    def lowest(self) -> int:
        """The index of the rate that ended lowest."""
        return int(np.argmin(np.where(np.isfinite(self.final), self.final, np.inf)))

    def place(self, rate: float) -> int:
        """Return the index of the rate nearest to `rate`, in decades."""
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
    """A sweep around its own border, with the weights written in one basis."""

    name: str
    border: float
    condition: float
    swept: Swept
    fewest: Fewest
