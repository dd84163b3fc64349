"""Points in a link: a strict form, of which all is taken or nothing."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from playground.core.i18n import N_
from playground.core.numbers import NumberError, decimal_of, readings, shown
from playground.core.table.points import LARGEST, MOST, Points, TableError, check, rounded, write


@lru_cache(maxsize=256)
def parse(text: str) -> Points:
    """Return the points in `text`: x and y a line, apart by a comma, semicolon, tab or space.

    The first line may be a heading: one with words, and no cell that begins with a digit. With
    semicolons or tabs a comma may stand for the decimal point, as spreadsheets in much of Europe
    write it. Numbers are rounded to nine digits, as `write` does.

    Raises TableError, which names the line, for a line that is not two numbers within 1e6 of 0, or
    whose comma may stand between thousands; for fewer than 2 points or more than 200; and where
    all x are the same, to float32.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if lines and _is_heading(_cells(lines[0][1])):
        del lines[0]
    if len(lines) > MOST:
        raise TableError(
            N_("There are {count} points, but at most {most} fit into the page's link."),
            count=len(lines),
            most=MOST,
        )
    points = tuple(_point(number, line) for number, line in lines)
    for column in zip(*(_apart(line) for _, line in lines if _SURE.search(line)), strict=True):
        _check_commas(column)
    check(points)
    return points


def form(text: str) -> str:
    """Return `text` in the form that equal points share; nothing stands for no points."""
    return write(parse(text)) if text.strip() else ""


_SURE = re.compile(r"[;\t]")  # beside it a comma stands before decimals


def _apart(line: str) -> list[str]:
    line = line.replace('"', "").replace("\N{MINUS SIGN}", "-").strip()
    return [cell.strip() for cell in _SURE.split(line)]


def _cells(line: str) -> list[str]:
    cells = _apart(line)
    if len(cells) > 1:
        return [cell.replace(",", ".") for cell in cells]
    return re.split(r"\s*,\s*|\s+", cells[0])


def _check_commas(column: tuple[str, ...]) -> None:
    """Raise TableError if every comma in a column may stand between thousands: 1,500."""
    try:
        found = [readings(cell) for cell in column if "," in cell]
        for cell in found:
            cell.value(decimal_of(found))
    except NumberError as error:
        raise TableError.of(error) from None


def _is_heading(cells: list[str]) -> bool:
    """Return whether a first line is words: a number that cannot be read must not pass for one."""
    firsts = [next((c for c in cell if c.isalnum()), "") for cell in cells]
    return (
        any(map(str.isalpha, firsts))
        and not any(first and not first.isalpha() for first in firsts)
        and not any(map(_is_number, cells))  # such as nan
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell  # Python takes 1_000, people mean a name


def _point(number: int, line: str) -> tuple[float, float]:
    cells = _cells(line)
    numbers = [float(cell) for cell in cells if _is_number(cell)]
    if len(cells) != 2 or len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        raise TableError(
            N_("Line {number}, `{line}`, is not two numbers: write x and y, such as 1.5, 4."),
            number=number,
            line=shown(line),
        )
    if max(map(abs, numbers)) > LARGEST:
        raise TableError(
            N_("Line {number}, `{line}`, goes beyond ±{largest:,.0f}: use other units."),
            number=number,
            line=shown(line),
            largest=LARGEST,
        )
    x, y = numbers
    return rounded(x, y)
