"""The lessons on what autograd tracks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playground.core import catalog
from playground.core.i18n import N_

FOLDER = catalog.FOLDER / "autograd"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson: a file of short functions that take nothing."""

    slug: str
    title: str
    new: str
    """What this lesson shows, in a sentence."""
    stopped: str = ""
    """The tensor that `run()` of a way to stop leaves without a gradient."""
    cuts: str = ""
    """What the statement in it that stops calls."""

    @property
    def path(self) -> Path:
        """The file of the lesson."""
        return FOLDER / f"{self.slug}.py"

    @property
    def source(self) -> str:
        """The text of the file that runs."""
        return catalog.source("autograd", self.slug)

    def line(self, number: int) -> str:
        """Return the text of a line, as it stands in the file, without its indent."""
        return self.source.splitlines()[number - 1].strip()

    def statement(self, number: int) -> str:
        """Return the text of a line without its comment."""
        return self.line(number).partition("  #")[0]


_LESSONS = (
    Lesson(
        slug="ask",
        title=N_("Two ways to require a gradient"),
        new=N_("When a tensor is made, or later; and two attempts that fail."),
    ),
    Lesson(
        slug="spreads",
        title=N_("requires_grad spreads"),
        new=N_("From any input that has it to the result; and where it stops."),
    ),
    Lesson(
        slug="leaf",
        title=N_("Leaf and non-leaf"),
        new=N_("Only leaves keep their gradient; retain_grad() makes an exception."),
    ),
    Lesson(
        slug="freeze",
        title=N_("Stop with requires_grad_(False)"),
        new=N_("A leaf is no longer tracked: for weights that should stay as they are."),
        stopped="y",
        cuts="requires_grad_(False)",
    ),
    Lesson(
        slug="detach",
        title=N_("Stop with detach()"),
        new=N_("The same numbers in the same memory, outside of the graph."),
        stopped="d",
        cuts="detach()",
    ),
    Lesson(
        slug="no_grad",
        title=N_("Stop with no_grad()"),
        new=N_("Nothing inside the block is recorded: for updates and for measuring."),
        stopped="y",
        cuts="no_grad()",
    ),
    Lesson(
        slug="inference_mode",
        title=N_("Stop with inference_mode()"),
        new=N_("As no_grad(), but for good: what is made inside never enters a graph."),
        stopped="y",
        cuts="inference_mode()",
    ),
)

LESSONS: Mapping[str, Lesson] = MappingProxyType({lesson.slug: lesson for lesson in _LESSONS})
STOPS: tuple[Lesson, ...] = tuple(lesson for lesson in _LESSONS if lesson.stopped)
