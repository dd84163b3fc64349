"""A learner's own points as text: two columns, a line a point."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from playground.i18n import N_
from playground.jobs.limits import UPLOAD_BYTES

MOST = 200  # they travel in the link
LARGEST = 1e6
LARGEST_FILE = min(100_000, UPLOAD_BYTES)

Points = tuple[tuple[float, float], ...]


class TableError(ValueError):
    """Why a text holds no points: a sentence, to be translated, and what fills it in."""

    def __init__(self, text: str, **fields: object) -> None:
        super().__init__(text.format(**fields))
        self.text, self.fields = text, fields


@lru_cache(maxsize=256)
def parse(text: str) -> Points:
    """Return the points in `text`: x and y a line, apart by a comma, semicolon, tab or space.

    The first line may be a heading: one without numbers. With semicolons or tabs a comma may stand
    for the decimal point, as spreadsheets in much of Europe write it. Numbers are rounded to nine
    digits, as `write` does.

    Raises TableError, which names the line, for a line that is not two numbers within 1e6 of 0;
    for fewer than 2 points or more than 200; and where all x are the same.
    """
    points: list[tuple[float, float]] = []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for place, (number, line) in enumerate(lines):
        cells = _cells(line)
        heading = place == 0 and not any(map(_is_number, cells))
        if not heading:
            points.append(_point(number, line, cells))
    if len(points) > MOST:
        raise TableError(
            N_("There are {count} points, but at most {most} fit into the page's link."),
            count=len(points),
            most=MOST,
        )
    if len(points) < 2:
        raise TableError(N_("A line needs at least two points."))
    if len({x for x, _ in points}) == 1:
        raise TableError(
            N_("All x are {x:g}: a line needs points at two different x."), x=points[0][0]
        )
    return tuple(points)


def form(text: str) -> str:
    """Return `text` in the form that equal points share; nothing stands for no points."""
    return write(parse(text)) if text.strip() else ""


def write(points: Points) -> str:
    """Return `points` as text: x and y a line, with a comma between."""
    return "\n".join(f"{x:.9g},{y:.9g}" for x, y in points)


def edited(base: Sequence[tuple[float, float]], edits: Mapping[str, Any]) -> Points:
    """Return `base` after what Streamlit's editor of a table with columns x and y says of it.

    edits: `edited_rows`, `added_rows` and `deleted_rows`, all of which speak of the rows of `base`.
    A row counts when both its numbers are there.
    """
    rows: list[dict[str, float | None]] = [{"x": x, "y": y} for x, y in base]
    for place, change in edits["edited_rows"].items():
        rows[int(place)] |= change
    kept = [row for place, row in enumerate(rows) if place not in edits["deleted_rows"]]
    pairs = [(row.get("x"), row.get("y")) for row in [*kept, *edits["added_rows"]]]
    return tuple((x, y) for x, y in pairs if x is not None and y is not None)


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
    line = line.replace('"', "")
    apart = re.split(r"[;\t]", line.strip())
    if len(apart) > 1:
        return [cell.strip().replace(",", ".") for cell in apart]
    return re.split(r"\s*,\s*|\s+", line.strip())


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell  # Python takes 1_000, people mean a name


def _point(number: int, line: str, cells: list[str]) -> tuple[float, float]:
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
    x, y = (float(f"{value:.9g}") for value in numbers)
    return x, y


def _shown(line: str) -> str:
    """Return the start of a line for a message: no character of it does anything there."""
    plain = "".join(c if c.isprintable() else " " for c in line.strip()).replace("`", "'")
    return plain if len(plain) <= 40 else f"{plain[:37]}..."
