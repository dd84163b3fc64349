"""What a pasted or uploaded text holds: its columns, its points, and what must be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from playground.core.i18n import N_, Told
from playground.core.numbers import Readings, attempt, decimal_of, shown
from playground.core.table.columns import Column, frame, left_out
from playground.core.table.points import LARGEST, MOST, Points, TableError, check, rounded
from playground.core.table.sheets import MISSING, Row, check_count, sheets

Cell = Readings | Told  # a number, or why there is none
_EMPTY = Told("")
_LOOKED_AT = 300  # rows of the other columns
SAME = TableError(N_("x and y are the same column: choose two."))


@dataclass(frozen=True)
class Choice:
    """How to read a text, where a learner said it; None where the text itself is to tell.

    x, y: places of columns, counted from 0. decimal: the mark before decimals where no number of
    a column tells it.
    """

    separator: str | None = None
    heading: bool | None = None
    x: int | None = None
    y: int | None = None
    decimal: str | None = None


@dataclass(frozen=True)
class Found:
    """What a text holds when it is read by some choice.

    columns: those that hold numbers. x, y: those taken. others: how many hold none. separators:
    the marks between cells that are equally good; `separator` is the one taken. heading: whether
    there is one. unclear: the first number that is another with another decimal mark, and whose
    column does not tell; `decimal` is the mark it was read with, None while that is open. points:
    those of the rows that hold two numbers, rounded as `write` does; none while a mark is open.
    written: those rows, x and y as they stand there. notes: what was left out, and what could
    have been read otherwise. error: why these points cannot be taken.
    """

    columns: tuple[Column, ...]
    x: Column
    y: Column
    others: int
    separators: tuple[str, ...]
    separator: str
    heading: bool
    unclear: Readings | None
    decimal: str | None
    points: Points
    written: tuple[tuple[str, str], ...]
    notes: tuple[Told, ...]
    error: TableError | None

    @property
    def is_open(self) -> bool:
        """Whether it cannot be taken before a decimal mark is chosen."""
        return self.unclear is not None and self.decimal is None

    @property
    def asks(self) -> bool:
        """Whether somebody has to look at it before it is taken."""
        many = len(self.columns) + self.others > 2 or len(self.points) > MOST
        return many or len(self.separators) > 1 or self.is_open


@dataclass(frozen=True)
class _Read:
    """A column's cells, the mark before its decimals, and the first number it does not tell of."""

    cells: tuple[Cell, ...]
    decimal: str | None
    unclear: Readings | None

    @property
    def numbers(self) -> list[Readings]:
        return [cell for cell in self.cells if isinstance(cell, Readings)]

    @property
    def is_open(self) -> bool:
        return self.unclear is not None and self.decimal is None


@lru_cache(maxsize=8)
def find(text: str, choice: Choice = Choice()) -> Found:
    """Return what `text` holds, read as `choice` says and else as its own numbers tell.

    Raises TableError for a text without two columns of numbers.
    """
    ways = sheets(text)
    sheet = next((way for way in ways if way.separator == choice.separator), ways[0])
    whole = frame(sheet, choice.heading)
    check_count(len(whole.rows))
    columns = tuple(column for column in whole.columns if column.holds_numbers)
    x, y = _pair(whole.columns, columns, choice)
    first, second = (_read(column, choice.decimal) for column in (x, y))
    if first.is_open or second.is_open:
        told = _told(columns)
        first, second = (_read(column, told) for column in (x, y))
    full, left_out = _rows(whole.rows, first, second)
    is_open = first.is_open or second.is_open
    points = () if is_open else _points(first, second, full)
    notes = (*whole.notes, *left_out)
    asked = first if first.unclear else second
    error = None if is_open else _wrong(points, [whole.rows[k] for k in full], notes)
    return Found(
        columns, x, y, len(whole.columns) - len(columns),
        separators=tuple(way.separator for way in ways),
        separator=sheet.separator,
        heading=whole.heading is not None,
        unclear=asked.unclear,
        decimal=asked.decimal if asked.unclear else None,
        points=points,
        written=tuple((x.cells[k], y.cells[k]) for k in full),
        notes=(*notes, *([] if choice.decimal else _resolved(first, second))),
        error=SAME if x is y else error,
    )  # fmt: skip


def _points(x: _Read, y: _Read, rows: Sequence[int]) -> Points:
    return tuple(
        rounded(a.value(x.decimal), b.value(y.decimal))
        for a, b in ((x.cells[k], y.cells[k]) for k in rows)
        if isinstance(a, Readings) and isinstance(b, Readings)
    )


def _pair(
    every: Sequence[Column], columns: Sequence[Column], choice: Choice
) -> tuple[Column, Column]:
    """Return the columns of x and y: the chosen ones, or the first two that do not count rows.

    Raises TableError where there are not two of numbers.
    """
    if len(columns) < 2:
        raise _too_few(every, columns)
    first, second = columns[:2]
    nameless = bool(second.name and not first.name)  # as R and pandas leave it
    counts = len(columns) > 2 and first.counts_rows(gaps=nameless)
    rest = columns[1:] if counts else columns
    by_place = {column.place: column for column in columns}
    x = by_place.get(choice.x if choice.x is not None else -1, rest[0])
    y = by_place.get(choice.y if choice.y is not None else -1, rest[1])
    return x, y


def _too_few(every: Sequence[Column], columns: Sequence[Column]) -> TableError:
    """Return that there are no two columns of numbers, and what is in the way."""
    if len(every) < 2:
        text = N_(
            "A point is two numbers, x and y, such as 1.5, 4: there are no two columns of them "
            "here."
        )
        return TableError(text)
    other = next(column for column in every if column not in columns)
    words = (why for why in _cells(other) if isinstance(why, Told) and why is not _EMPTY)
    why = next(words, Told(N_("One column is empty.")))
    text = N_("Two columns of numbers are needed, x and y; found: {count}. {why}")
    return TableError(text, count=len(columns), why=why)


def _told(columns: Sequence[Column]) -> str | None:
    """Return the mark before decimals that the first rows of a table tell as a whole."""
    cells = (attempt(cell) for column in columns for cell in column.cells[:_LOOKED_AT])
    return decimal_of(cell for cell in cells if isinstance(cell, Readings))


def _read(column: Column, otherwise: str | None) -> _Read:
    """Return what a column holds. otherwise: the mark before decimals where it tells none."""
    cells = _cells(column)
    numbers = [cell for cell in cells if isinstance(cell, Readings)]
    own = decimal_of(numbers)
    unclear = None if own else next((cell for cell in numbers if cell.unclear), None)
    return _Read(cells, own or otherwise, unclear)


@lru_cache(maxsize=16)
def _cells(column: Column) -> tuple[Cell, ...]:
    return tuple(map(_reading, column.cells))


def _reading(cell: str) -> Cell:
    """Return the number in a cell, or why there is none; nothing is said of one such as NA."""
    if MISSING.fullmatch(cell) and cell.lower() != "nan":
        return _EMPTY
    return attempt(cell)


def _rows(rows: Sequence[Row], x: _Read, y: _Read) -> tuple[list[int], list[Told]]:
    """Return which rows hold two numbers, and what is said of the others."""
    full, notes = [], []
    for k, (row, pair) in enumerate(zip(rows, zip(x.cells, y.cells, strict=True), strict=True)):
        missing = next((n for n, cell in zip("xy", pair, strict=True) if cell is _EMPTY), None)
        why = next((cell for cell in pair if isinstance(cell, Told)), None)
        if missing and row.first == row.last:
            text = N_("Line {line} has no {name}: left out.")
            notes.append(Told(text, {"line": row.first, "name": missing}))
        elif missing:
            notes.append(left_out(row, Told(N_("they have no {name}."), {"name": missing})))
        elif why:
            notes.append(left_out(row, why))
        else:
            full.append(k)
    return full, notes


def _resolved(*columns: _Read) -> list[Told]:
    """Return how the first number of each column was read that could have been read otherwise."""
    notes = []
    for column in columns:
        numbers = column.numbers
        first = next((n for n in numbers if n.unclear), None)
        for found in (first, next((n for n in numbers if "/" in n.text), None)):
            if found and not column.is_open:
                fields = {"written": shown(found.text), "value": found.value(column.decimal)}
                notes.append(Told(N_("`{written}` is read as {value:.9g}."), fields))
    return notes


def _wrong(points: Points, rows: Sequence[Row], notes: Sequence[Told]) -> TableError | None:
    """Return why no line can be fitted to these points, one of each of `rows`."""
    if len(points) < 2 and notes:
        text = N_("Fewer than two rows hold two numbers. {first}")
        return TableError(text, first=notes[0])
    for point, row in zip(points, rows, strict=True):
        if max(map(abs, point)) > LARGEST:
            return TableError(
                N_("Line {number}, `{line}`, goes beyond ±{largest:,.0f}: use other units."),
                number=row.first,
                line=shown(row.text),
                largest=LARGEST,
            )
    try:
        check(points)
    except TableError as error:
        return error
    return None
