"""A text as rows of cells: which mark separates them, what is quoted, what is a comment."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from playground.core.i18n import N_
from playground.core.numbers import Readings, attempt
from playground.core.table.points import TableError

LONGEST = 1_000_000  # characters of a text
MOST_ROWS = 10_000
MOST_COLUMNS = 200

SEPARATORS: Mapping[str, str] = MappingProxyType(
    {
        "\t": N_("Tab"),
        ";": N_("Semicolon"),
        "|": N_("Vertical bar"),
        "，": N_("Full-width comma"),
        ",": N_("Comma"),
        ", ": N_("Comma and space"),
        "  ": N_("Two spaces or more"),
        " ": N_("Space"),
    }
)
_ALSO = {",": "，、", ";": "；", "|": "｜"}  # as a Chinese keyboard writes them
_RUNS = {  # what is between cells, where it is more than a character
    ", ": re.compile(r" *,[ \t]+"),
    "  ": re.compile(r"[\t\u3000]+| *[\t\u3000 ]{2,}"),
    " ": re.compile(r"[\t\u3000 ]+"),
}
_SURE = ("\t", ";", "|", "，")  # in no number
_LOOKED_AT = 200  # rows
MISSING = re.compile(
    r"(?:|[-‐‑‒–—−.?*]+|#?n/?a|nan|null|none|nil|missing|#(?:ref|value|div/0|num|name|null)[!?]|#n/a.*)",
    re.IGNORECASE,
)

_SAYS = re.compile(r'\s*"?sep=(\\t|[^\w"])"?[\s;,]*', re.IGNORECASE)  # Excel's own first line
_RULE = re.compile(r"[\s|+:=-]*(?:---|--:|===)[\s|+:=-]*")  # under a heading in plain text
_BREAKS = re.compile(r"[\t\n]+")  # within quotes
_LINE = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")


@dataclass(frozen=True)
class Row:
    """A row of a table: the lines of the text from `first` to `last`, counted from 1, in cells."""

    first: int
    last: int
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """The row for a message."""
        return ", ".join(self.cells)


@dataclass(frozen=True)
class Sheet:
    """A text read with one separator. comment: the last one above the first row."""

    separator: str
    rows: tuple[Row, ...]
    comment: tuple[str, ...] = ()


def sheets(text: str) -> list[Sheet]:
    """Return `text` as a table, in each way that is as good as the others; the likeliest first.

    Empty lines, lines that begin with # and lines that only draw a rule are nothing. Raises
    TableError for a text that is too long, or has too many rows or columns.
    """
    if len(text) > LONGEST:
        raise TableError(
            N_(
                "The text has {count:,} characters, but at most {most:,} are read: take fewer rows."
            ),
            count=len(text),
            most=LONGEST,
        )
    lines = _LINE.split(text.removeprefix("\ufeff"))
    said = None
    if lines and (match := _SAYS.fullmatch(lines[0])):
        said = match[1].replace("\\t", "\t")
        lines[0] = ""
    comment, lines = _without_comments(lines)
    check_count(sum(map(bool, lines)) - 1)  # one may be a heading
    best = [said] if said else _best(list(islice(filter(None, lines), _LOOKED_AT)))
    if not best and '"' in text:  # each line quoted as a whole
        return sheets(text.replace('"', ""))
    found = []
    for mark in best or [","]:
        rows = _split(lines, mark)
        _check_columns(rows)
        found.append(Sheet(mark, tuple(rows), _heading(comment, mark)))
    return found


def check_count(rows: int) -> None:
    """Raise TableError for more rows than are read."""
    if rows > MOST_ROWS:
        raise TableError(
            N_("The table has {count:,} rows, but at most {most:,} are read: take fewer."),
            count=rows,
            most=MOST_ROWS,
        )


def _check_columns(rows: Sequence[Row]) -> None:
    """Raise TableError for a row of more columns than are read."""
    widest = max(rows, key=lambda row: len(row.cells), default=None)
    if widest and len(widest.cells) > MOST_COLUMNS:
        raise TableError(
            N_("Line {line} has {count:,} columns, but at most {most} are read."),
            line=widest.first,
            count=len(widest.cells),
            most=MOST_COLUMNS,
        )


def is_number(cell: str) -> bool:
    """Return whether a cell holds a number, however it may be meant."""
    return isinstance(attempt(cell), Readings)


def width(rows: Sequence[Row]) -> int:
    """Return how many cells most of the first rows have, of those with a number if there are."""
    first = rows[:_LOOKED_AT]
    numeric = [row for row in first if any(map(is_number, row.cells))]
    lengths = Counter(len(row.cells) for row in numeric or first)
    return max(lengths, key=lambda length: (lengths[length], length), default=0)


def _without_comments(lines: list[str]) -> tuple[str, list[str]]:
    """Return the last comment above the table, and the lines with nothing in place of comments.

    A first line whose # is a cell of its own is a heading.
    """
    comment, kept = "", list[str]()
    for line in lines:
        plain = line.strip()
        if plain.startswith("#") and re.match(r"#(?!n/?a\b|\w+[!?])", plain, re.IGNORECASE):
            comment, line = (plain if not any(kept) else comment), ""
        elif not plain or _RULE.fullmatch(plain):
            line = ""
        kept.append(line)
    return comment, kept


def _heading(comment: str, separator: str) -> tuple[str, ...]:
    rows = _split([re.sub(r"^#+[ \t]*(?=\w)", "", comment)], separator)
    return rows[0].cells if rows else ()


def _split(lines: Sequence[str], separator: str) -> list[Row]:
    """Return the rows of `lines` that are not empty, without the empty cells at their ends.

    Raises TableError for a cell too long for `csv`.
    """
    marked, mark = _marked(lines, separator)
    reader = csv.reader((line + "\n" for line in marked), delimiter=mark, skipinitialspace=True)
    rows, before = [], 0
    try:
        for parts in reader:
            cells = [_BREAKS.sub(" ", part).strip() for part in parts]
            while cells and not cells[-1]:
                del cells[-1]
            if cells:
                rows.append(Row(before + 1, reader.line_num, tuple(cells)))
            before = reader.line_num
    except csv.Error:
        raise TableError(N_("The text holds no table: a cell of it is too long.")) from None
    return rows


def _marked(lines: Sequence[str], separator: str) -> tuple[Sequence[str], str]:
    """Return `lines` with one character between cells, and that character."""
    if separator in _ALSO:
        table = str.maketrans(dict.fromkeys(_ALSO[separator], separator))
        return [line.translate(table) for line in lines], separator
    if separator in _RUNS:
        return [_RUNS[separator].sub("\t", line.strip(" \t\u3000")) for line in lines], "\t"
    return lines, separator


def _best(lines: Sequence[str]) -> list[str]:
    """Return the separators that make a table of `lines`; several only if they are as good."""
    ways = {mark: _split(lines, mark) for mark in SEPARATORS}
    scores = {mark: _score(rows, mark) for mark, rows in ways.items()}
    for mark in _SURE:
        if scores[mark].full >= 0.5:
            return [mark]
    top = max(scores.values())
    if not top.good:
        return _widest(ways)
    best = [mark for mark in ways if scores[mark] == top]
    if best[0] in _SURE:
        return best[:1]
    apart = {tuple(row.cells for row in ways[mark]): mark for mark in reversed(best)}
    return sorted(apart.values(), key=lambda mark: width(ways[mark]))


class _Score(NamedTuple):
    """How good a table rows are: the share of numbers, of rows with two, of rows as long as most.

    Shares of rows are among those with a digit.
    """

    good: float = 0.0
    full: float = 0.0
    even: float = 0.0


def _score(rows: Sequence[Row], separator: str) -> _Score:
    """Return how good a table the rows are; a mark that separates others stands in no number."""
    filled = [row for row in rows if any(c.isdigit() for cell in row.cells for c in cell)]
    if not filled:
        return _Score()
    usual = width(rows)
    good, full = 0.0, 0
    for row in filled:
        numbers = sum(map(is_number, row.cells))
        whole = separator in _SURE or not any(mark in cell for mark in _SURE for cell in row.cells)
        if numbers >= 2 and len(row.cells) == usual and whole:
            good += numbers / len(row.cells)
            full += 1
    even = sum(len(row.cells) == usual for row in rows)
    return _Score(good / len(filled), full / len(filled), even / len(rows))


def _widest(ways: Mapping[str, list[Row]]) -> list[str]:
    """Return the separator that gives the most rows of two cells or more, if one does."""
    counts = {mark: sum(len(row.cells) > 1 for row in rows) for mark, rows in ways.items()}
    mark = max(counts, key=lambda one: counts[one])
    return [mark] if counts[mark] else []
