"""What the catalogue says of a lesson, and of a ladder of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from playground.core.data import Sample
from playground.core.forms import Form

if TYPE_CHECKING:  # its numbers come from settings, and those know the lessons
    from playground.core.quantities import Fit

FOLDER = Path(__file__).parents[2] / "lessons"

Facts = Callable[["Fit"], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson: a file that a learner reads and a process runs; its text has its title."""

    ladder: str
    slug: str
    form: Form
    """How its weights make the curve."""
    sample: Sample
    """Where its points come from."""
    mean: bool
    """Whether its loss is the mean of the squared errors, or their sum."""
    defaults: Mapping[str, object]
    """The tutorial's settings, where they differ from the knobs' own defaults."""
    knobs: frozenset[str] = frozenset()
    """What a learner may set here besides the ladder's own knobs."""
    optimizers_left_out: Mapping[str, str] = field(default_factory=dict)
    """Optimizers that cannot drive this lesson, and why."""
    start: tuple[Any, ...] | None = None
    """Where it begins, a value a weight, if not at the seed's numbers."""
    quadratic: bool = True
    """Whether the loss is a quadratic form of the weights, the same at every epoch."""
    draws: str = ""
    """The weight of which chance, from a seed, draws another number of terms at every epoch."""
    own_backward: bool = False
    """Whether it writes a Function with a backward of its own."""

    @property
    def on_tensors(self) -> bool:
        """Whether it trains on tensors, which may be on any device, or on NumPy's arrays."""
        return "device" in self.knobs

    @property
    def path(self) -> Path:
        """The file of the lesson."""
        return FOLDER / self.ladder / f"fit_{self.slug}.py"

    @property
    def module(self) -> str:
        """The name to import the lesson by."""
        return f"playground.lessons.{self.ladder}.{self.path.stem}"

    @property
    def source(self) -> str:
        """The text of the file that runs."""
        return text(self.path)


def _no_facts(fit: Fit) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Lessons that do one thing in several ways, on one page."""

    slug: str
    page: str
    about: str
    """What is fitted, in a few words."""
    knobs: tuple[str, ...]
    """What a learner may set at every lesson of it."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Knobs that only some of its lessons have, and why the others keep their default."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """The rate that an optimizer starts from here, where `settings.OPTIMIZERS` would not suit."""
    swept: str | None = None
    """The lesson that has all the knobs of a fit whose learning rates can be swept, if one is."""
    facts: Facts = _no_facts
    """What the texts of its lessons may name besides what there is to say of every fit; it is given
    the fit with the settings on the page."""
    lessons: tuple[Lesson, ...]

    @cached_property
    def stages(self) -> Mapping[str, Lesson]:
        """The lessons by their slugs, in their order."""
        return MappingProxyType({lesson.slug: lesson for lesson in self.lessons})


@cache
def text(path: Path) -> str:
    """Return the text of a lesson's file."""
    return path.read_text(encoding="utf-8").rstrip("\n")
