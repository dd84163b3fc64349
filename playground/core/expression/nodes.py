"""What a typed expression is once it is read: its lines, and the operations in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Number:
    """A number, between two places of the text."""

    value: float
    start: int
    end: int


@dataclass(frozen=True)
class Name:
    """A tensor by its name."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Apply:
    """An operator, by its name in Python's `operator`, or a function, and what it is applied to.

    parts: in the order of the function's arguments; None for one that is left out.
    """

    function: str
    parts: tuple[Node | None, ...]
    start: int
    end: int


Node = Number | Name | Apply


@dataclass(frozen=True)
class Line:
    """A line: what is computed, and the name it gets, if it gets one."""

    name: str
    value: Node


@dataclass(frozen=True)
class Given:
    """A tensor to which the text itself gives its numbers: `a = -4` or `x = [1, 2]`.

    shape: () for a scalar. line: where it stands. tracked: whether it requires a gradient.
    """

    name: str
    numbers: tuple[float, ...]
    shape: tuple[int, ...]
    line: int
    tracked: bool = True


@dataclass(frozen=True)
class Expression:
    """What a learner typed, read.

    text: as it was read, with plain signs in place of typographic ones.
    lines: the value of the last one is the result.
    names: the tensors whose numbers the text does not give, in the order of their first use.
    given: those whose numbers it gives.
    constants: which of `pi` and `e` are in it.
    """

    text: str
    lines: tuple[Line, ...]
    names: tuple[str, ...]
    given: tuple[Given, ...] = ()
    constants: tuple[str, ...] = ()

    def parts(self) -> Iterator[Node]:
        """Yield all that is in it, each before what it is made of."""
        waiting: list[Node | None] = [line.value for line in reversed(self.lines)]
        while waiting:
            node = waiting.pop()
            if node is not None:
                yield node
            if isinstance(node, Apply):
                waiting += reversed(node.parts)
