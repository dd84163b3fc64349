"""What the graph page traces: its examples, and the tensors that a learner gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playground.core import catalog
from playground.core.expression import Expression
from playground.core.i18n import N_, ToldError
from playground.features.graph import values


@dataclass(frozen=True)
class Input:
    """A tensor that goes in: its name, its numbers, whether it is tracked, and its shape.

    shape: that of a scalar for one number and of a vector for more, where nothing else is said.
    """

    name: str
    numbers: tuple[float, ...]
    tracked: bool
    shape: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.shape is None:
            count = len(self.numbers)
            object.__setattr__(self, "shape", (count,) if count > 1 else ())

    @property
    def text(self) -> str:
        """The numbers as a learner types them."""
        return values.typed(self.numbers, self.shape or ())


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
    """Return the numbers of the tensor in `text`; raise ToldError as `values.read` does."""
    return values.read(name, text).numbers


def check_names(names: Collection[str]) -> None:
    """Raise ToldError for a tensor whose name is, in links, that of another's switch."""
    for name in names:
        other = name.removesuffix("_grad")
        if other != name and other in names:
            text = N_("In a link {name} is the switch of {other}: choose another name.")
            raise ToldError(text, name=name, other=other)


def of_expression(parsed: Expression) -> tuple[Input, ...]:
    """Return what goes into an expression: the first of the tensors it leaves open is tracked."""
    left_open = (
        Input(name, (float(k + 1),), tracked=k == 0) for k, name in enumerate(parsed.names)
    )
    given = (Input(one.name, one.numbers, one.tracked, one.shape) for one in parsed.given)
    return (*left_open, *given)
