"""The ladders of lessons: each lesson's slug, title, file, tutorial settings and knobs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from types import MappingProxyType

from playground.core.i18n import N_

LESSONS = Path(__file__).parents[1] / "lessons"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson: a file that a learner reads and a process runs."""

    ladder: str = "polynomial"
    slug: str
    title: str
    new: str
    """What this lesson adds, in a sentence."""
    defaults: Mapping[str, object]
    """The tutorial's settings, where they differ from the knobs' own defaults."""
    knobs: frozenset[str] = frozenset()
    """What a learner may set here besides the ladder's own knobs."""
    optimizers_left_out: Mapping[str, str] = field(default_factory=dict)
    """Optimizers that cannot drive this lesson, and why."""
    start: tuple[float, ...] | None = None
    """Where it begins, if not at the seed's numbers."""
    weights: str = "abcd"
    """The names of its weights, a letter each; at a polynomial, `degree` adds or takes away."""
    form: str = "powers"
    """How its weights make the curve: one of `analysis.FORMS`."""
    quadratic: bool = True
    """Whether the loss is a quadratic form of the weights, the same at every epoch."""

    @property
    def on_tensors(self) -> bool:
        """Whether it trains on tensors, which may be on any device, or on NumPy's arrays."""
        return "device" in self.knobs

    @property
    def path(self) -> Path:
        """The file of the lesson."""
        return LESSONS / self.ladder / f"fit_{self.slug}.py"

    @property
    def module(self) -> str:
        """The name to import the lesson by."""
        return f"playground.lessons.{self.ladder}.{self.path.stem}"

    @property
    def source(self) -> str:
        """The text of the file that runs."""
        return text(self.path)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Lessons that do one thing in several ways, on one page."""

    slug: str
    page: str
    knobs: tuple[str, ...]
    """What a learner may set at every lesson of it."""
    mean: bool
    """Whether its loss is the mean of the squared errors, or their sum."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """The rate that an optimizer starts from here, where `settings.OPTIMIZERS` would not suit."""
    lessons: tuple[Lesson, ...]

    @cached_property
    def stages(self) -> Mapping[str, Lesson]:
        """The lessons by their slugs, in their order."""
        return MappingProxyType({lesson.slug: lesson for lesson in self.lessons})


@cache
def text(path: Path) -> str:
    """Return the text of a lesson's file."""
    return path.read_text(encoding="utf-8").rstrip("\n")


def changes(before: Path, after: Path) -> str:
    """Return the lines that differ between two files of lessons, as a diff."""
    old, new = text(before).splitlines(), text(after).splitlines()
    return "\n".join(difflib.unified_diff(old, new, before.name, after.name, n=3, lineterm=""))


_POLYNOMIAL = (
    Lesson(
        slug="numpy",
        title=N_("NumPy"),
        new=N_("Forward pass and gradients, both worked out by hand."),
        defaults={"learning_rate": 1e-6, "epochs": 2000},
    ),
    Lesson(
        slug="tensor",
        title=N_("Tensors"),
        new=N_("The same calculation on PyTorch tensors, which can live on a GPU."),
        defaults={"learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device"}),
    ),
    Lesson(
        slug="autograd",
        title=N_("Autograd"),
        new=N_("loss.backward() works out the gradients that you wrote by hand."),
        defaults={"learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device"}),
    ),
    Lesson(
        slug="custom_function",
        title=N_("A custom autograd Function"),
        new=N_("An operation of your own, with the backward you give it."),
        defaults={"learning_rate": 5e-6, "epochs": 2000},
        knobs=frozenset({"device"}),
        start=(0.0, -1.0, 0.0, 0.3),
        form="legendre",
        quadratic=False,
    ),
    Lesson(
        slug="nn",
        title=N_("nn"),
        new=N_("Layers hold the weights; the loss is a module too."),
        defaults={"learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device", "degree"}),
    ),
    Lesson(
        slug="optim",
        title=N_("optim"),
        new=N_("An optimizer makes the step, by the rule of your choice."),
        defaults={"optimizer": "RMSprop", "learning_rate": 1e-3, "epochs": 2000},
        knobs=frozenset({"device", "degree", "optimizer"}),
    ),
    Lesson(
        slug="module",
        title=N_("A custom Module"),
        new=N_("A class of your own, which finds its parameters by itself."),
        defaults={"optimizer": "SGD", "learning_rate": 1e-6, "epochs": 2000},
        knobs=frozenset({"device", "optimizer"}),
    ),
    Lesson(
        slug="dynamic",
        title=N_("Control flow and weight sharing"),
        new=N_("Plain Python draws a new graph at every step, and terms share a weight."),
        defaults={"optimizer": "SGD", "learning_rate": 1e-8, "momentum": 0.9, "epochs": 30_000},
        knobs=frozenset({"device", "optimizer"}),
        optimizers_left_out={
            "LBFGS": N_(
                "LBFGS compares several losses within one step, but here every forward pass "
                "draws another graph."
            )
        },
        weights="abcde",
        form="drawn",
        quadratic=False,
    ),
)

_one_weight = partial(Lesson, ladder="one_weight", start=(0.0,), weights="w", form="line")
_ONE_WEIGHT = (
    _one_weight(
        slug="numpy",
        title=N_("NumPy"),
        new=N_("One weight, its gradient by hand: as a mean, or as the sum that some use."),
        defaults={"learning_rate": 0.01, "epochs": 10},
        knobs=frozenset({"gradient"}),
    ),
    _one_weight(
        slug="autograd",
        title=N_("Autograd"),
        new=N_("backward() finds the slope of the loss, whatever the loss is."),
        defaults={"learning_rate": 0.01, "epochs": 10},
        knobs=frozenset({"device"}),
    ),
    _one_weight(
        slug="loss_and_optimizer",
        title=N_("MSELoss and SGD"),
        new=N_("torch's own loss and its own step take the place of two lines of yours."),
        defaults={"optimizer": "SGD", "learning_rate": 0.01, "epochs": 10},
        knobs=frozenset({"device", "optimizer"}),
    ),
    _one_weight(
        slug="linear",
        title=N_("nn.Linear"),
        new=N_("A layer holds the weight and brings a bias: the parabola becomes a valley."),
        defaults={"optimizer": "SGD", "learning_rate": 0.001, "epochs": 1000},
        knobs=frozenset({"device", "optimizer"}),
        start=(0.0, 0.0),
        weights="wb",
    ),
)

_LINEAR_REGRESSION = (
    Lesson(
        ladder="linear_regression",
        slug="linear",
        title=N_("A line through points"),
        new=N_("nn.Linear, MSELoss and SGD find the line; yours too, from a table or a file."),
        defaults={"optimizer": "SGD", "learning_rate": 0.01, "epochs": 1000, "points": 11},
        knobs=frozenset({"device", "optimizer", "centre"}),
        weights="wb",
        form="line",
    ),
)

_ALIKE = {"SGD": 0.01, "RAdam": 0.01}  # both start as plain descent: the curvature decides

_LADDERS = (
    Ladder(
        slug="polynomial",
        page="stages",
        knobs=("target", "points", "noise", "seed", "epochs", "learning_rate"),
        mean=False,
        lessons=_POLYNOMIAL,
    ),
    Ladder(
        slug="one_weight",
        page="one_weight",
        knobs=("epochs", "learning_rate"),
        mean=True,
        rates=_ALIKE,
        lessons=_ONE_WEIGHT,
    ),
    Ladder(
        slug="linear_regression",
        page="regression",
        knobs=("data", "points", "noise", "seed", "epochs", "learning_rate"),
        mean=True,
        rates=_ALIKE,
        lessons=_LINEAR_REGRESSION,
    ),
)
LADDERS: Mapping[str, Ladder] = MappingProxyType({ladder.slug: ladder for ladder in _LADDERS})
STAGES: Mapping[str, Lesson] = LADDERS["polynomial"].stages
ALL = tuple(lesson for ladder in LADDERS.values() for lesson in ladder.lessons)


def previous(lesson: Lesson) -> Lesson | None:
    """Return the lesson before `lesson` on its ladder, or None for the first."""
    lessons = LADDERS[lesson.ladder].lessons
    position = lessons.index(lesson)
    return lessons[position - 1] if position else None
