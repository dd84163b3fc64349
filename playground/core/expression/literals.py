"""The numbers that a line gives to a tensor: `a = -4`, `x = [1, 2]`, `w = torch.tensor(2.0)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lark import Token

from playground.core.expression.errors import refuse
from playground.core.expression.functions import MAKERS
from playground.core.expression.grammar import Branch
from playground.core.expression.nodes import Given
from playground.core.i18n import N_

if TYPE_CHECKING:
    from playground.core.expression.reading import Reader

LONGEST_VECTOR, WIDEST_MATRIX = 8, 4


def given(reader: Reader, name: Token, value: Branch) -> Given | None:
    """Return the tensor that a line makes of numbers, or None if it computes something.

    Bare numbers, and those of micrograd's Value and MiniTorch's Scalar, are tracked; those of
    torch.tensor only if it says requires_grad=True, as in torch.
    """
    tracked, made = True, value
    arguments = _arguments(value)
    if arguments is not None:
        made, tracked = _made(reader, value, arguments)
    if made.data == "list":
        numbers, shape = _listed(reader, made)
    else:
        number = _number(reader, made)
        if number is None:
            return None
        numbers, shape = (number,), ()
    line = reader.text.count("\n", 0, name.start_pos) + 1
    return Given(str(name), numbers, shape, line, tracked)


def _arguments(value: Branch) -> list[Branch] | None:
    """Return the arguments of what makes a tensor, as torch.tensor(2.0), or None."""
    if value.data == "call" and value.children[0] in MAKERS:
        return list(value.children[1:])
    if value.data != "method" or value.children[1] not in MAKERS:
        return None
    base = value.children[0]
    return list(value.children[2:]) if base.data == "name" and base.children == ["torch"] else None


def _made(reader: Reader, value: Branch, arguments: list[Branch]) -> tuple[Branch, bool]:
    """Return the numbers in torch.tensor(...) and its like, and whether they are tracked."""
    tracked = "Value" in value.children or "Scalar" in value.children
    first, *others = arguments or [None]
    for other in others:
        word = _keyword(other)
        if word not in (("requires_grad", "True"), ("requires_grad", "False")):
            text = N_("Beside its numbers, a tensor takes requires_grad=True here.")
            refuse(reader.text, other.meta.start_pos, other.meta.end_pos, text)
        tracked = word[1] == "True"
    inner = first.children[0] if first is not None and first.data == "argument" else None
    if inner is None or (inner.data != "list" and _number(reader, inner) is None):
        text = N_("A tensor is made of numbers: torch.tensor(2.0) or torch.tensor([1.0, 2.0]).")
        refuse(reader.text, value.meta.start_pos, value.meta.end_pos, text)
    return inner, tracked


def _keyword(argument: Branch) -> tuple[str, str]:
    """Return the name and the word of `requires_grad=True`, as far as it is such."""
    if argument.data == "keyword" and argument.children[1].data == "name":
        return str(argument.children[0]), str(argument.children[1].children[0])
    return "", ""


def _number(reader: Reader, value: Branch) -> float | None:
    """Return the number that stands there, with its sign; None for anything else."""
    sign = 1.0
    while value.data in ("neg", "pos", "group"):
        sign = -sign if value.data == "neg" else sign
        value = value.children[0]
    return sign * reader.number(value.children[0]).value if value.data == "number" else None


def _listed(reader: Reader, made: Branch) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return the numbers of a vector or of a matrix, and its shape."""
    nested = [entry for entry in made.children if entry.data == "list"]
    rows = [entry.children for entry in nested] if nested else [made.children]
    numbers = [_number(reader, entry) for row in rows for entry in row if entry.data != "list"]
    widths = {len(row) for row in rows}
    fits = widths <= set(range(1, WIDEST_MATRIX + 1)) and len(rows) <= WIDEST_MATRIX
    if not nested:
        fits = 1 <= len(rows[0]) <= LONGEST_VECTOR
    whole = len(numbers) == sum(map(len, rows)) and None not in numbers
    if not fits or not whole or len(widths) > 1 or len(nested) not in (0, len(made.children)):
        text = N_(
            "A tensor here is a vector of 1 to {most} numbers, [1, 2], or a matrix of up to "
            "{widest} rows of equal length, [[1, 2], [3, 4]]."
        )
        span = made.meta.start_pos, made.meta.end_pos
        refuse(reader.text, *span, text, most=LONGEST_VECTOR, widest=WIDEST_MATRIX)
    shape = (len(rows), widths.pop()) if nested else (len(numbers),)
    return tuple(number for number in numbers if number is not None), shape
