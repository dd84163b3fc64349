"""The numbers of a tensor as a learner types them: `1.5`, `1, 2, 3`, `1 2; 3 4`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from playground.core import expression
from playground.core.expression import LONGEST, LONGEST_VECTOR, WIDEST_MATRIX
from playground.core.i18n import N_, ToldError

LARGEST = 1e6
DECIMAL = re.compile(r"[+-]?\d+,\d+")
MATRIX = re.compile(r"\[\s*(\[[^\[\]]*\][\s,;]*)+\]")
ROW = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Numbers:
    """Numbers in their order, and the shape of the tensor that they make: () of a scalar."""

    numbers: tuple[float, ...]
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return written(self.numbers, self.shape)


def read(name: str, text: str) -> Numbers:
    """Return the tensor in `text`: a number, a vector or a matrix.

    Raises ToldError, which names the tensor, the rule and what breaks it.
    """
    text = _plain(name, text)
    bracketed, rows = _rows(name, text)
    if not bracketed:
        _ask_about_commas(name, text, rows)
    found = [_row(name, row) for row in rows]
    if len(found) == 1 and (not bracketed or text.count("[") == 1):
        return checked(name, found[0], (len(found[0]),) if bracketed or len(found[0]) > 1 else ())
    widths = sorted({len(row) for row in found})
    if len(widths) > 1:
        text = N_(
            "{name}: the rows of a matrix are equally long, and here are {first} and {second}"
        )
        raise ToldError(text, name=name, first=widths[0], second=widths[-1])
    return checked(name, [number for row in found for number in row], (len(found), widths[0]))


def checked(name: str, numbers: Sequence[float], shape: tuple[int, ...]) -> Numbers:
    """Return a tensor of `numbers`; raise ToldError if it is larger than a tensor here may be."""
    if len(shape) < 2 and not 1 <= len(numbers) <= LONGEST_VECTOR:
        text = N_("{name} takes 1 to {most} numbers, not {count}")
        raise ToldError(text, name=name, most=LONGEST_VECTOR, count=len(numbers))
    if len(shape) == 2 and not (min(shape) >= 1 and max(shape) <= WIDEST_MATRIX):
        text = N_("{name} is a matrix of {rows} × {columns}: at most {most} × {most}")
        raise ToldError(text, name=name, rows=shape[0], columns=shape[1], most=WIDEST_MATRIX)
    return Numbers(tuple(numbers), shape)


def flat(name: str, text: str, most: int = LONGEST_VECTOR) -> tuple[float, ...]:
    """Return the numbers in `text` in their order, 1 to `most`; raise ToldError as `read` does."""
    _bracketed, rows = _rows(name, _plain(name, text))
    found = tuple(number for row in rows for number in _row(name, row))
    if not 1 <= len(found) <= most:
        text = N_("{name} takes 1 to {most} numbers, not {count}")
        raise ToldError(text, name=name, most=most, count=len(found))
    return found


def nested(numbers: Sequence[float], shape: tuple[int, ...]) -> list[list[float]]:
    """Return the rows of a matrix; of anything else, one row."""
    width = shape[-1] if shape else 1
    return [list(numbers[k : k + width]) for k in range(0, len(numbers), width)]


def written(numbers: Sequence[float], shape: tuple[int, ...]) -> str:
    """Return a tensor as torch would write it: 1.5, [1, 2] or [[1, 2], [3, 4]]."""
    rows = [", ".join(f"{number:.10g}" for number in row) for row in nested(numbers, shape)]
    if len(shape) == 2:
        return "[" + ", ".join(f"[{row}]" for row in rows) + "]"
    return f"[{rows[0]}]" if shape else rows[0]


def typed(numbers: Sequence[float], shape: tuple[int, ...]) -> str:
    """Return a tensor as a learner types it: 1.5 or 1, 2, 3 or 1 2; 3 4."""
    if len(shape) == 2 and shape[0] > 1:
        return "; ".join(
            " ".join(f"{number:.10g}" for number in row) for row in nested(numbers, shape)
        )
    text = written(numbers, shape)
    return text if len(numbers) == 1 or len(shape) == 2 else text.strip("[]")


def _plain(name: str, text: str) -> str:
    if len(text) > LONGEST:
        said = N_("{name} has {length:,} characters: at most {most}")
        raise ToldError(said, name=name, length=len(text), most=LONGEST)
    return expression.plain(text.replace("，", ", ").replace("、", ", "))  # no decimal commas


def _rows(name: str, text: str) -> tuple[bool, list[str]]:
    """Return whether brackets stand around the numbers, and the text of each row."""
    if "[" not in text and "]" not in text:
        return False, _split(text)
    if MATRIX.fullmatch(text):
        return True, ROW.findall(text)
    if ROW.fullmatch(text):
        return True, _split(text[1:-1])
    said = N_("{name}: the brackets do not match: write [1, 2] or [[1, 2], [3, 4]]")
    raise ToldError(said, name=name)


def _split(text: str) -> list[str]:
    """Return the rows that ; or a new line separates."""
    return [row for row in re.split(r"[;\n]", text) if row.strip()] or [""]


def _ask_about_commas(name: str, text: str, rows: list[str]) -> None:
    """Refuse `0,5` without brackets or a space: it may be one number or two."""
    words = [word for row in rows for word in row.split()]
    if not any(DECIMAL.fullmatch(word) for word in words):
        return
    readings = []
    for comma in (".", ", "):
        found = [_row(name, re.sub(r"(?<=\d),(?=\d)", comma, row)) for row in rows]
        shape: tuple[int, ...] = (len(found), len(found[0])) if len(found) > 1 else ()
        count = sum(map(len, found))
        shape = shape or ((count,) if count > 1 else ())
        readings.append(written([number for row in found for number in row], shape))
    said = N_("{name}: {typed} can be {first} or {second}: write the one that you mean")
    raise ToldError(said, name=name, typed=text[:40], first=readings[0], second=readings[1])


def _row(name: str, row: str) -> tuple[float, ...]:
    """Return the numbers of a row, with commas or spaces in between."""
    parts = row.split(",")
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    if len(parts) > 1 and not all(part.strip() for part in parts):
        raise ToldError(N_("{name}: a number is missing before a comma"), name=name)
    return tuple(number(name, word) for part in parts for word in part.split())


def number(name: str, word: str) -> float:
    """Return the number that a word stands for; raise ToldError if it is none or too large."""
    try:
        value = float(word if word.isascii() and "_" not in word else "")
    except ValueError:
        text = N_("{name}: {word} is not a number")
        raise ToldError(text, name=name, word=repr(word[:20])) from None
    if not abs(value) <= LARGEST or math.isnan(value):
        text = N_("{name}: {word} is not between -{largest:g} and {largest:g}")
        raise ToldError(text, name=name, word=word[:20], largest=LARGEST)
    return value
