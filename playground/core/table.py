"""A learner's own points as text: two columns, one line for each point."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from playground.core.i18n import N_, ToldError
from playground.jobs.limits import UPLOAD_BYTES

MOST = 200  # they travel in the link
LARGEST = 1e6
LARGEST_FILE = min(100_000, UPLOAD_BYTES)

Points = tuple[tuple[float, float], ...]


class TableError(ToldError):
    """Why a text holds no points."""


@lru_cache(maxsize=256)
def parse(text: str) -> Points:
    """Return the points in `text`: x and y a line, apart by a comma, semicolon, tab or space.

    The first line may be a heading: one with words, and no cell that begins with a digit. With
    semicolons or tabs a comma may stand for the decimal point, as spreadsheets in much of Europe
    write it. Numbers are rounded to nine digits, as `write` does.

    Raises TableError, which names the line, for a line that is not two numbers within 1e6 of 0;
    for fewer than 2 points or more than 200; and where all x are the same, to float32.
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
    if len(points) < 2:
        raise TableError(N_("A line needs at least two points."))
    _check_x([x for x, _ in points])
    return points


def _check_x(values: list[float]) -> None:
    if len(set(values)) == 1:
        raise TableError(
            N_("All x are {x:g}: a line needs points at two different x."), x=values[0]
        )
    if len(set(map(np.float32, values))) == 1:
        raise TableError(
            N_(
                "All x are {x:.9g} in float32, in which a line is trained: take the same number "
                "off every x."
            ),
            x=float(np.float32(values[0])),
        )


def form(text: str) -> str:
    """Return `text` in the form that equal points share; nothing stands for no points."""
    return write(parse(text)) if text.strip() else ""


def write(points: Points) -> str:
    """Return `points` as text: x and y a line, with a comma between."""
    return "\n".join(f"{x:.9g},{y:.9g}" for x, y in points)


def edited(base: Sequence[tuple[float, float]], edits: Mapping[str, Any]) -> Points:
    """Return `base` after what Streamlit's editor of a table with columns x and y says of it.

    edits: `edited_rows`, `added_rows` and `deleted_rows`, all of which speak of the rows of `base`.
    A row counts when both its numbers are there. Raises TableError for edits that no editor makes.
    """
    rows: list[dict[str, Any]] = [{"x": x, "y": y} for x, y in base]
    try:
        for place, change in edits["edited_rows"].items():
            rows[int(place)] |= change
        kept = [row for place, row in enumerate(rows) if place not in edits["deleted_rows"]]
        pairs = [(row.get("x"), row.get("y")) for row in [*kept, *edits["added_rows"]]]
        return tuple((float(x), float(y)) for x, y in pairs if x is not None and y is not None)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise TableError(N_("These are no edits of the table.")) from error


def read(raw: bytes) -> str:
    """Return the points in a file, as `write` does; raises TableError as `parse` does."""
    if len(raw) > LARGEST_FILE:
        raise TableError(
            N_("The file has {size:,.0f} kB, but {most} points need less than {limit:,.0f} kB."),
            size=len(raw) / 1000,
            most=MOST,
            limit=LARGEST_FILE / 1000,
        )
    return write(parse(decode(raw)))


def decode(raw: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 where it says so, or what Windows writes."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _cells(line: str) -> list[str]:
    line = line.replace('"', "").replace("\N{MINUS SIGN}", "-").strip()
    apart = re.split(r"[;\t]", line)
    if len(apart) > 1:
        return [cell.strip().replace(",", ".") for cell in apart]
    return re.split(r"\s*,\s*|\s+", line)


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
            line=_shown(line),
        )
    if max(map(abs, numbers)) > LARGEST:
        raise TableError(
            N_("Line {number}, `{line}`, goes beyond ±{largest:,.0f}: use other units."),
            number=number,
            line=_shown(line),
            largest=LARGEST,
        )
    x, y = (float(f"{value:.9g}") + 0.0 for value in numbers)  # -0.0 is 0.0
    return x, y


def _shown(line: str) -> str:
    """Return the start of a line for a message: no character of it does anything there."""
    plain = "".join(c if c.isprintable() else " " for c in line.strip()).replace("`", "'")
    return plain if len(plain) <= 40 else f"{plain[:37]}..."
