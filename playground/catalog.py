"""Each lesson's slug, title, file, tutorial settings, and the knobs it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from playground.i18n import N_

LESSONS = Path(__file__).parent / "lessons"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson: a file that a learner reads and a process runs."""

    slug: str
    title: str
    new: str
    """What this lesson adds, in a sentence."""
    defaults: Mapping[str, object]
    """The tutorial's settings, where they differ from the knobs' own defaults."""
    knobs: frozenset[str] = frozenset()
    """Which of `device`, `optimizer` and `degree` a learner may set."""
    optimizers_left_out: Mapping[str, str] = field(default_factory=dict)
    """Optimizers that cannot drive this lesson, and why."""
    start: tuple[float, ...] | None = None
    """Where it begins, if not at the seed's numbers."""
    weights: int = 4
    """How many weights a cubic has here; `degree` adds or takes away."""
    quadratic: bool = True
    """Whether the loss is a quadratic form of the weights, the same at every epoch."""

    @property
    def path(self) -> Path:
        """The file of the lesson."""
        return LESSONS / "polynomial" / f"fit_{self.slug}.py"

    @property
    def module(self) -> str:
        """The name to import the lesson by."""
        return f"playground.lessons.polynomial.{self.path.stem}"

    @cached_property
    def source(self) -> str:
        """The text of the file that runs."""
        return self.path.read_text(encoding="utf-8").rstrip("\n")


_STAGES = (
    Lesson(
        slug="numpy",
        title=N_("NumPy"),
        new=N_("Forward pass and gradients, both worked out by hand."),
        defaults={"learning_rate": 1e-6, "epochs": 2000},
    ),
    Lesson(
        slug="tensor",
        title=N_("Tensors"),
        new=N_("The same sums on PyTorch tensors, which can live on a GPU."),
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
        weights=5,
        quadratic=False,
    ),
)

STAGES: Mapping[str, Lesson] = MappingProxyType({lesson.slug: lesson for lesson in _STAGES})


def previous(slug: str) -> Lesson | None:
    """Return the stage before `slug`, or None for the first."""
    order = list(STAGES)
    position = order.index(slug)
    return STAGES[order[position - 1]] if position else None
