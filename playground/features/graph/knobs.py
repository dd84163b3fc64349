"""What the graph page traces: its examples, and the tensors that a learner gives them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playground.core import catalog
from playground.core.i18n import N_, ToldError

MOST_NUMBERS, LARGEST = 4, 1e6


@dataclass(frozen=True)
class Input:
    """A tensor that goes in: its name, its numbers (one: a scalar), and whether it is tracked."""

    name: str
    numbers: tuple[float, ...]
    tracked: bool

    @property
    def text(self) -> str:
        """The numbers as a learner types them."""
        return ", ".join(f"{number:g}" for number in self.numbers)


@dataclass(frozen=True)
class Example:
    """A few lines to trace, and what goes into them."""

    slug: str
    title: str
    inputs: tuple[Input, ...]

    @property
    def path(self) -> Path:
        """The file of the example."""
        return catalog.FOLDER / "autograd" / f"graph_{self.slug}.py"

    @property
    def module(self) -> str:
        """The name to import it by."""
        return f"playground.lessons.autograd.graph_{self.slug}"

    @property
    def source(self) -> str:
        """The text of the file that runs."""
        return catalog.source("autograd", f"graph_{self.slug}")


_EXAMPLES = (
    Example(
        "error",
        N_("The squared error of a line: `loss = (w*x - y)**2`"),
        (Input("w", (1.5,), True), Input("x", (2.0,), False), Input("y", (0.5,), False)),
    ),
    Example(
        "line",
        N_("A line: `z = w*x + b`"),
        (Input("w", (2.0,), True), Input("x", (3.0,), False), Input("b", (1.0,), True)),
    ),
    Example(
        "total",
        N_("A sum over a vector: `t = x + b; y = t.sum()`"),
        (Input("x", (1.0, 2.0, 3.0), True), Input("b", (0.5,), True)),
    ),
    Example(
        "mean",
        N_("A tensor used twice: `y = x + 2; z = (2*y*y).mean()`"),
        (Input("x", (1.0, 2.0), True),),
    ),
    Example(
        "vector",
        N_("A vector comes out: `y = w * x**2`"),
        (Input("w", (2.0,), True), Input("x", (1.0, 2.0, 3.0), True)),
    ),
)

EXAMPLES: Mapping[str, Example] = MappingProxyType({e.slug: e for e in _EXAMPLES})


def numbers(name: str, text: str) -> tuple[float, ...]:
    """Return the numbers in `text`, separated by commas or spaces.

    Raises ToldError, which names the tensor, the rule and what breaks it.
    """
    found = []
    for word in text.replace(",", " ").split():
        try:
            value = float(word)
        except ValueError:
            text = N_("{name}: {word} is not a number")
            raise ToldError(text, name=name, word=repr(word[:20])) from None
        if not abs(value) <= LARGEST or math.isnan(value):
            text = N_("{name}: {word} is not between -{largest:g} and {largest:g}")
            raise ToldError(text, name=name, word=word[:20], largest=LARGEST)
        found.append(value)
    if not 1 <= len(found) <= MOST_NUMBERS:
        text = N_("{name} takes 1 to {most} numbers, not {count}")
        raise ToldError(text, name=name, most=MOST_NUMBERS, count=len(found))
    return tuple(found)
