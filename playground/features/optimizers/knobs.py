"""What a race is: its problem, its racers and where they start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any

from playground.core import data, expression, table
from playground.core.expression import (
    OF_VECTORS,
    Apply,
    Expression,
    ExpressionError,
    Name,
    refuse,
)
from playground.core.i18n import N_
from playground.core.settings import KNOBS, OPTIMIZERS, Knob, Settings
from playground.features.optimizers.problems import CUBIC, LINE, OWN, PROBLEMS
from playground.features.optimizers.racers import RACERS

PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"".join(pair): pair for pair in combinations(data.names(Settings.of("autograd")), 2)}
)
"""Every two weights of the cubic, by their name in the link."""
FIRST_RACERS = ("SGD", "momentum", "RMSprop", "Adam", "LBFGS")
MOST_RACERS = 8
USUAL_STEPS = 300
FIRST_OWN = "(x**2 - 1)**2 + x/4 + 2*y**2"

STEPS = Knob(kind=int, low=1, high=2000)
PLACE = Knob(kind=float, low=-1e6, high=1e6)
REACH = Knob(kind=float, low=0.1, high=100.0, log=True)
GOAL = Knob(kind=float, low=-1e18, high=1e18)
ABSURD = 1e15  # a target beyond this says nothing


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is minimised: a function of two weights, or of four of which two are seen.

    Raises ValueError for a value that breaks its rule, ExpressionError for a `formula` that does.
    """

    slug: str = CUBIC
    target: str = "sin"
    pair: str = "bd"
    free: bool = False
    """Whether the cubic's other two weights are trained too, or stay at their best."""
    data: str = ""
    formula: str = ""
    reach: float = 2.0
    """How far from (0, 0) the picture of one's own function goes."""

    def __post_init__(self) -> None:
        for name, rule in RULES.items():
            object.__setattr__(self, name, rule.check(name, getattr(self, name)))
        if self.slug == OWN:
            parse(self.formula)

    @property
    def settings(self) -> Settings | None:
        """The fit whose loss this is, if it is one."""
        if self.slug == CUBIC:
            return Settings.of("autograd", target=self.target)
        if self.slug == LINE:
            points = {"data": self.data} if self.data else {}
            return Settings.of("linear", ladder="linear_regression", **points)
        return None

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two weights that are seen."""
        if self.slug == CUBIC:
            return PAIRS[self.pair]
        first, second = data.names(self.settings) if self.settings else ("x", "y")
        return first, second

    @property
    def trained(self) -> tuple[str, ...]:
        """The names of all weights that are trained."""
        return data.names(self.settings) if self.settings and self.free else self.names

    @property
    def seen(self) -> list[int]:
        """The places of the two weights that are seen among those trained."""
        return [self.trained.index(name) for name in self.names]


RULES: Mapping[str, Knob] = MappingProxyType(
    {
        "slug": Knob(kind=str, choices=tuple(PROBLEMS)),
        "target": KNOBS["target"],
        "pair": Knob(kind=str, choices=tuple(PAIRS)),
        "free": Knob(kind=bool),
        "data": Knob(kind=str, form=table.form),
        "reach": REACH,
    }
)


def parse(text: str) -> Expression:
    """Return the function of x and y in `text`; raise ExpressionError, which says what to mend."""
    parsed = expression.parse(text)
    for part in parsed.parts():
        if isinstance(part, Name):
            _check_name(parsed, part)
        elif isinstance(part, Apply) and part.function in OF_VECTORS:
            said = N_("x and y are single numbers in a race: no vectors and no matrices here.")
            refuse(parsed.text, part.start, part.end, said)
    if not parsed.names:
        raise ExpressionError(N_("The function is one of x and y, and neither is in it."))
    return parsed


def _check_name(parsed: Expression, part: Name) -> None:
    """Raise ExpressionError for a tensor that a race does not have."""
    if part.name in parsed.names and part.name not in ("x", "y"):
        if set(part.name) <= {"x", "y"}:
            said = N_("{name} is one name: a product is written {product}.")
            product = "*".join(part.name)
            refuse(parsed.text, part.start, part.end, said, name=part.name, product=product)
        said = N_("{name} is unknown here: the function is one of x and y.")
        refuse(parsed.text, part.start, part.end, said, name=part.name)
    given = next((one for one in parsed.given if one.name == part.name), None)
    if given and given.shape:
        said = N_("{name} is no single number, and a race takes no vectors and no matrices.")
        refuse(parsed.text, part.start, part.end, said, name=part.name)
    if given and given.name in ("x", "y"):
        said = N_("{name} is what the race moves: give this number another name.")
        refuse(parsed.text, part.start, part.end, said, name=part.name)


@dataclass(frozen=True)
class Racer:
    """One optimizer of a race, with its rate and its options in `settings`."""

    slug: str
    settings: Settings

    @classmethod
    def of(cls, slug: str, learning_rate: float, **options: Any) -> Racer:
        """Return the racer `slug`; `options` change its own. Raises ValueError as Settings does."""
        entrant = RACERS[slug]
        given = {**entrant.options, **options, "learning_rate": learning_rate}
        return cls(slug, Settings.of("optim", optimizer=entrant.optimizer, **given))

    @property
    def by_hand(self) -> str:
        """The lesson that writes this optimizer's step out, or nothing."""
        return RACERS[self.slug].by_hand


def options(slug: str) -> dict[str, Any]:
    """Return the options that a racer starts from."""
    entrant = RACERS[slug]
    return {**OPTIMIZERS[entrant.optimizer].options, **entrant.options}


def rules(slug: str) -> dict[str, Knob]:
    """Return the rule of a racer's rate and of each of its options."""
    return {name: KNOBS[name] for name in ("learning_rate", *options(slug))}


@dataclass(frozen=True)
class Race:
    """Some racers on one problem, from one start. Equal races have equal results.

    start: the two weights that are seen; others begin where the seed of the fit puts them.
    """

    problem: Problem
    start: tuple[float, float]
    steps: int
    racers: tuple[Racer, ...]

    def __post_init__(self) -> None:
        STEPS.check("steps", self.steps)
        for name, place in zip(self.problem.names, self.start, strict=True):
            PLACE.check(name, place)
        if not 1 <= len(self.racers) <= MOST_RACERS:
            raise ValueError(f"there are {len(self.racers)} racers, but 1 to {MOST_RACERS} fit")

    @property
    def work(self) -> float:
        """About how many seconds the race takes."""
        return self.steps * len(self.racers) * (2.5e-4 if self.problem.settings else 1.5e-4)
