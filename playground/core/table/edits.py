"""What Streamlit's editor of a table says: its cells are texts, which are read like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.core.i18n import N_, Told
from playground.core.numbers import NumberError, Readings, attempt, decimal_of, readings, shown
from playground.core.table.points import LARGEST, Point, Points, TableError, rounded

Texts = dict[str, str]  # of a row, by the names x and y; those that are there


@dataclass(frozen=True)
class Edited:
    """The points of an edited table, and what is said of them.

    unclear: the first cell that is another number with another decimal mark, and whose column
    does not tell which. is_open: whether nobody has told; there are no points until then. notes:
    rows that do not count, and how cells were read that could have been read otherwise.
    """

    points: Points
    unclear: Readings | None = None
    is_open: bool = False
    notes: tuple[Told, ...] = ()


def cells(points: Sequence[Point]) -> dict[str, list[str]]:
    """Return the texts in the columns x and y of a table of `points`."""
    columns = list(zip(*points, strict=True)) or [(), ()]
    return {n: [f"{v:.9g}" for v in column] for n, column in zip("xy", columns, strict=True)}


def edited(base: Sequence[Point], edits: Mapping[str, Any], decimal: str | None = None) -> Edited:
    """Return the points of `base` after what Streamlit's editor of its `cells` says of it.

    edits: `edited_rows`, `added_rows` and `deleted_rows`, all of which speak of the rows of `base`.
    decimal: the mark before decimals where the edited cells of a column do not tell. A row counts
    when both its numbers are there.

    Raises TableError, which names the row, for a cell that is no number within 1e6 of 0, and for
    edits that no editor makes.
    """
    rows, changed = _rows(base, edits)
    marks = {name: _mark(texts) for name, texts in changed.items()}
    unclear = next((u for _, u in marks.values() if u), None)
    if unclear and not decimal:
        return Edited((), unclear, is_open=True)
    points, notes = [], []
    for number, row in enumerate(rows, 1):
        found = {n: _value(number, text, marks[n][0] or decimal) for n, text in row.items()}
        missing = [name for name in "xy" if name not in found]
        if not missing:
            points.append(rounded(found["x"], found["y"]))
        elif found:
            text = N_("Row {row} has no {name}: it does not count yet.")
            notes.append(Told(text, {"row": number, "name": missing[0]}))
    return Edited(tuple(points), unclear, notes=(*notes, *_read_as(changed, marks, decimal)))


def _rows(
    base: Sequence[Point], edits: Mapping[str, Any]
) -> tuple[list[Texts], dict[str, list[str]]]:
    """Return the rows after the edits, and the texts that were written, by column.

    Raises TableError for edits that no editor makes.
    """
    x, y = cells(base).values()
    rows: list[Texts] = [{"x": a, "y": b} for a, b in zip(x, y, strict=True)]
    changed: dict[str, list[str]] = {"x": [], "y": []}
    try:
        for at, change in edits["edited_rows"].items():
            _change(rows[int(at)], change, changed)
        kept = [row for at, row in enumerate(rows) if at not in edits["deleted_rows"]]
        for change in edits["added_rows"]:
            kept.append({})
            _change(kept[-1], change, changed)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise TableError(N_("These are no edits of the table.")) from error
    return kept, changed


def _change(row: Texts, change: Mapping[str, Any], changed: dict[str, list[str]]) -> None:
    for name, value in change.items():
        if not isinstance(value, str | int | float | None):
            raise TypeError(value)
        text = "" if value is None else str(value).strip()
        row.pop(name, None)
        if text:
            changed[name].append(text)
            row[name] = text


def _mark(texts: Sequence[str]) -> tuple[str | None, Readings | None]:
    """Return the mark before decimals that the texts of a column tell, and the first unclear one.

    A single one that the table itself would show so is clear: 1.234.
    """
    found = [number for text in texts if isinstance(number := attempt(text), Readings)]
    unclear = [number for number in found if number.unclear]
    if mark := decimal_of(found):
        return mark, None
    if len(unclear) == 1 and unclear[0].text == f"{unclear[0].with_point:.9g}":
        return ".", None
    return None, unclear[0] if unclear else None


def _value(row: int, text: str, decimal: str | None) -> float:
    """Return the number in a cell; raise TableError if it is none within 1e6 of 0."""
    try:
        value = readings(text).value(decimal or ".")  # no other than of `base` is unclear here
    except NumberError as error:
        why = Told(error.text, error.fields)
        raise TableError(N_("Row {row}: {why}"), row=row, why=why) from None
    if abs(value) > LARGEST:
        raise TableError(
            N_("Row {row}: `{written}` goes beyond ±{largest:,.0f}: use other units."),
            row=row,
            written=shown(text),
            largest=LARGEST,
        )
    return value


def _read_as(
    changed: Mapping[str, Sequence[str]],
    marks: Mapping[str, tuple[str | None, Readings | None]],
    decimal: str | None,
) -> list[Told]:
    """Return how cells were read that hold more than digits and a point."""
    notes = []
    for name, texts in changed.items():
        for text in texts:
            found = attempt(text)
            if any(c in text for c in ",'/ ") and isinstance(found, Readings):
                value = found.value(marks[name][0] or decimal)
                fields = {"written": shown(text), "value": value}
                notes.append(Told(N_("`{written}` is read as {value:.9g}."), fields))
    return notes
