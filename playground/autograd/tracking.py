"""The lessons on what autograd tracks, and what torch's warnings and errors in them mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playground import catalog
from playground.autograd.inspection import Said
from playground.i18n import N_

FOLDER = catalog.LESSONS / "autograd"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson: a file of short functions that take nothing."""

    slug: str
    title: str
    new: str
    """What this lesson shows, in a sentence."""
    stopped: str = ""
    """The tensor that `run()` of a way to stop leaves without a gradient."""

    @property
    def path(self) -> Path:
        """The file of the lesson."""
        return FOLDER / f"{self.slug}.py"

    @property
    def source(self) -> str:
        """The text of the file that runs."""
        return catalog.text(self.path)

    def line(self, number: int) -> str:
        """Return the text of a line, as it stands in the file, without its indent."""
        return self.source.splitlines()[number - 1].strip()

    def statement(self, number: int) -> str:
        """Return the text of a line without its comment."""
        return self.line(number).partition("  #")[0]


_LESSONS = (
    Lesson(
        slug="ask",
        title=N_("Two ways to ask for gradients"),
        new=N_("When a tensor is made, or later; and two requests that fail."),
    ),
    Lesson(
        slug="spreads",
        title=N_("requires_grad spreads"),
        new=N_("From any input that asks to the result; and where it does not go."),
    ),
    Lesson(
        slug="leaf",
        title=N_("Leaf and non-leaf"),
        new=N_("Only leaves keep their gradient; retain_grad() makes an exception."),
    ),
    Lesson(
        slug="freeze",
        title=N_("Stop with requires_grad_(False)"),
        new=N_("A leaf no longer asks: for weights that should stay as they are."),
        stopped="y",
    ),
    Lesson(
        slug="detach",
        title=N_("Stop with detach()"),
        new=N_("The same numbers in the same memory, outside of the graph."),
        stopped="d",
    ),
    Lesson(
        slug="no_grad",
        title=N_("Stop with no_grad()"),
        new=N_("Nothing inside the block is recorded: for updates and for measuring."),
        stopped="y",
    ),
    Lesson(
        slug="inference_mode",
        title=N_("Stop with inference_mode()"),
        new=N_("As no_grad(), but for good: what is made inside never enters a graph."),
        stopped="y",
    ),
)

LESSONS: Mapping[str, Lesson] = MappingProxyType({lesson.slug: lesson for lesson in _LESSONS})
STOPS: tuple[Lesson, ...] = tuple(lesson for lesson in _LESSONS if lesson.stopped)

# A part of torch's own text -> what it means.
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "does not have a grad_fn": N_(
            "backward() starts at the grad_fn of this tensor, and it has none: nothing that led to "
            "it was recorded, so there is no way back."
        ),
        "only Tensors of floating point": N_(
            "A gradient says how the loss changes when a number changes a little. A whole number "
            "cannot change a little, so only floating-point and complex tensors may ask."
        ),
        "Tensor that is not a leaf Tensor is being accessed": N_(
            "This tensor is a result, not a leaf. Its gradient passed through during backward() "
            "and was not kept, so .grad is None. Call retain_grad() before backward(), or look at "
            "the leaf you meant."
        ),
        "only change requires_grad flags of leaf": N_(
            "A result asks because one of its inputs does; it cannot take that back by itself. "
            "detach() gives you its numbers without the question."
        ),
        "modified by an inplace operation": N_(
            "The multiplication saved this tensor for backward(), at the version named first as "
            "expected. It has been changed in place since, so its gradient would come out wrong; "
            "PyTorch compares the versions and refuses."
        ),
        "a leaf Variable that requires grad is being used": N_(
            "Recorded, this change would make the leaf the result of an operation, and its "
            "gradient would have no place left. Make the change inside no_grad(), as optimizers do."
        ),
        "Inference tensors cannot be saved for backward": N_(
            "The gradient of b needs the numbers of this tensor, but a tensor from inference mode "
            "has no version, so PyTorch could not tell whether it was changed in the meantime. "
            "clone() it, or use no_grad()."
        ),
        "Setting requires_grad=True on inference tensor": N_(
            "A tensor from inference mode stays out of autograd for good. Ask on a clone() of it."
        ),
        "Inplace update to inference tensor": N_(
            "Outside of the block, every change in place must raise the tensor's version, and a "
            "tensor from inference mode has none. Look at its value, though: the numbers were "
            "overwritten before the error came."
        ),
    }
)


def meaning(said: Said) -> str:
    """Return what a warning or an error means, in English; nothing if it is not known."""
    return next((text for part, text in MEANINGS.items() if part in said.text), "")
