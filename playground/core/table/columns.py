"""The rows of a text as columns with names: its heading, its row numbers, its empty columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from playground.core.i18n import N_, Told
from playground.core.numbers import shown
from playground.core.table.sheets import MISSING, Row, Sheet, is_number, width

_LOOKED_AT = 300  # rows that tell what a column holds


@dataclass(frozen=True)
class Column:
    """A column: its place from 0, its name in the heading or nothing, and a cell for each row."""

    place: int
    name: str
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not any(self.cells)

    @property
    def holds_numbers(self) -> bool:
        """Whether half of its cells or more are numbers."""
        filled = [cell for cell in self.cells[:_LOOKED_AT] if not MISSING.fullmatch(cell)]
        return bool(filled) and sum(map(is_number, filled)) >= len(filled) / 2

    def counts_rows(self, *, gaps: bool = False) -> bool:
        """Return whether it only numbers the rows from 0 or 1. gaps: or leaves some out."""
        if not all(cell.isdecimal() for cell in self.cells):
            return False
        numbers = list(map(int, self.cells))
        if gaps:
            return all(a < b for a, b in pairwise(numbers))
        return numbers[0] in (0, 1) and numbers == list(
            range(numbers[0], numbers[0] + len(numbers))
        )


@dataclass(frozen=True)
class Frame:
    """A table: rows of equal shape in columns that are not empty, and what was left out."""

    heading: Row | None
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    notes: tuple[Told, ...]


def frame(sheet: Sheet, heading: bool | None = None) -> Frame:
    """Return the columns of a sheet. heading: whether its first row is one; None: as it looks."""
    usual = width(sheet.rows)
    top = _heading(sheet.rows, usual) if heading is None else (0 if heading else None)
    named = None if top is None else sheet.rows[top]
    loose = not sheet.separator.isspace() or sheet.separator == "\t"  # an empty cell can be seen
    if named and loose:
        usual = max(usual, len(named.cells))
    body = sheet.rows[0 if top is None else top + 1 :]
    shapes = range(1, usual + 1) if loose else (usual,)
    rows = tuple(row for row in body if len(row.cells) in shapes)
    cells = [(*row.cells, *[""] * (usual - len(row.cells))) for row in rows]
    fits = len(sheet.comment) == usual and _is_words(sheet.comment)
    words = named.cells if named else sheet.comment if fits else ()
    names = _names(words, cells, usual)
    columns = [
        Column(place, names[place], column) for place, column in enumerate(zip(*cells, strict=True))
    ]
    kept = tuple(column for column in columns if not column.is_empty)
    above = sheet.rows[: top or 0]
    odd = [*above, *(row for row in body if len(row.cells) not in shapes)]
    return Frame(named, rows, kept, _notes(named, odd, usual))


def left_out(row: Row, why: Told) -> Told:
    """Return that a row is left out, and why."""
    if row.first == row.last:
        return Told(N_("Line {line} is left out: {why}"), {"line": row.first, "why": why})
    text = N_("Lines {first} to {last} are left out: {why}")
    return Told(text, {"first": row.first, "last": row.last, "why": why})


def _heading(rows: Sequence[Row], usual: int) -> int | None:
    """Return the place of the heading: the first full row of words above all numbers.

    Or else it is a first row with a word where numbers are below it, such as `id,2019,2020`.
    """
    start = next((k for k, row in enumerate(rows) if any(map(is_number, row.cells))), len(rows))
    words = [k for k, row in enumerate(rows[:start]) if _is_words(row.cells)]
    full = next((k for k in words if len(rows[k].cells) >= usual), None)
    if full is not None:
        return full
    if words and words[-1] == start - 1 and len(rows[start - 1].cells) == usual - 1:
        return start - 1  # R's: the names of rows have none
    if start == 0 and len(rows) > 1 and len(rows[0].cells) == usual:
        below = list(zip(*(row.cells for row in rows[1:] if len(row.cells) == usual), strict=True))
        for word, cells in zip(rows[0].cells, below, strict=False):
            if _is_words([word]) and Column(0, "", cells).holds_numbers:
                return 0
    return None


def _is_words(cells: Sequence[str]) -> bool:
    """Return whether cells are words: a number that cannot be read must not pass for one."""
    firsts = [next((c for c in cell if c.isalnum()), "") for cell in cells]
    return (
        any(first.isalpha() for first in firsts)
        and not any(first and not first.isalpha() for first in firsts)
        and not any(map(is_number, cells))
        and not all(MISSING.fullmatch(cell) for cell in cells)
    )


def _names(words: Sequence[str], cells: Sequence[Sequence[str]], usual: int) -> list[str]:
    """Return a name for each column; R gives none to the names of the rows."""
    names = list(words[:usual])
    first = Column(0, "", tuple(row[0] for row in cells))
    if len(names) == usual - 1 > 0 and cells and (first.counts_rows() or not first.holds_numbers):
        names.insert(0, "")
    return [*names, *[""] * (usual - len(names))]


def _notes(named: Row | None, odd: Sequence[Row], usual: int) -> tuple[Told, ...]:
    """Return what is said of a heading with numbers, and of rows of another length."""
    notes = []
    if named and any(map(is_number, named.cells)):
        text = N_("Line {line}, `{row}`, is taken as the heading.")
        notes.append(Told(text, {"line": named.first, "row": shown(named.text)}))
    for row in odd:
        text = N_("`{row}` has not as many cells as the others: {count}.")
        notes.append(left_out(row, Told(text, {"row": shown(row.text), "count": usual})))
    return tuple(notes)
