"""The points of a visit that are the learner's own: in use, before those, and not taken yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from playground.core import data, table
from playground.core.i18n import Told
from playground.core.numbers import Readings
from playground.core.table import Choice, Found, Point, Points, TableError
from playground.ui.session import visit

MOST_CHARACTERS = 8000  # of a text that stays in the link while it is mended


@dataclass(frozen=True)
class Brought:
    """A text that somebody has to look at, on the page where it was brought.

    number: names its widgets; each text has its own.
    """

    text: str
    number: int
    page: str | None


@dataclass
class Table:
    """The table to edit. A new base has a new editor, which begins without edits.

    base: the rows under the editor, of which `text` is what became of them. version: counts the
    bases. count: of the points that y = 2x + 1 is taken at. wrong: why the cells hold no points.
    unclear: a cell that may be two numbers; is_open: whether nobody has said which.
    """

    base: Sequence[Point] = ()
    text: str | None = None
    version: int = 0
    count: int = 0
    wrong: TableError | None = None
    unclear: Readings | None = None
    is_open: bool = False

    @property
    def key(self) -> str:
        """The name of the editor."""
        return f"points_{self.version}"

    @property
    def decimal_key(self) -> str:
        """The name of the question which mark stands before decimals."""
        return f"{self.key}_decimal"

    def follow(self, text: str, good: str, count: int) -> None:
        """Begin afresh with the points in use, unless the editor itself made `text` of its base."""
        same = text == self.text and (text or count == self.count)
        if same and self.key in st.session_state:
            return
        x, y = data.line(count if count <= table.MOST else 0)
        lines = tuple(zip(x.tolist(), y.tolist(), strict=True))
        self.base, self.text, self.count = table.parse(good) if good else lines, text, count
        self.version += 1
        self.wrong, self.unclear, self.is_open = None, None, False


@dataclass
class Own:
    """What this session knows about its points; each text is in the form of `table.write`.

    good: the points in use; nothing stands for y = 2x + 1. before: those before them. brought: a
    text that nobody has looked at yet; `looks` counts them. wrong: why the text typed last holds
    no points, with what stands in its field. refused: why the file uploaded last gave nothing.
    notes: what is said of `noted`, points that were brought. shown: whether the box has been open.
    """

    good: str = ""
    before: str | None = None
    table: Table = field(default_factory=Table)
    brought: Brought | None = None
    looks: int = 0
    wrong: tuple[str, TableError] | None = None
    refused: TableError | None = None
    noted: str = ""
    notes: Sequence[Told] = ()
    shown: bool = False

    def take(self, text: str) -> TableError | None:
        """Take the points in a text of the link into use; return why not, if it has none."""
        if self.wrong and self.wrong[0] == text:
            return self.wrong[1]
        try:
            good = table.form(text)
        except TableError as error:
            return error
        if good != self.good:
            self.before, self.good, self.refused = self.good, good, None
        return None

    def bring(self, text: str, decimal: str | None = None) -> None:
        """Write the points of a text that was brought, or keep it to be looked at.

        decimal: the mark before decimals, if it is known. Raises TableError for a text without
        points.
        """
        self.brought = self.wrong = None
        found = table.find(text, Choice(decimal=decimal))
        if found.asks:
            self.looks += 1
            self.brought = Brought(text, self.looks, visit().page)
            write(self.good)
        elif found.error:
            raise found.error
        else:
            self._use(found.points, found.notes)

    def take_text(self) -> None:
        """Write the points of the text that was typed or pasted; leave one without to be mended.

        A line of the points in use tells that a point stands before decimals. A text that is too
        long for a link does not stay.
        """
        text = st.session_state["data"] or ""
        self.wrong = self.brought = None
        if not text.strip():
            write("")
            return
        lines = {line.strip() for line in text.splitlines()}
        known = "." if lines & set(self.good.splitlines()) else None
        try:
            self.bring(text, known)
        except TableError as error:
            if len(text) > MOST_CHARACTERS:
                write(self.good)
            self.wrong = (st.session_state["data"], error)

    def take_brought(self, found: Found, seed: int) -> None:
        """Write the points that were looked at, or an even sample of many."""
        self.brought = None
        self._use(table.sample(found.points, seed), found.notes)

    def leave(self) -> None:
        """Forget what was brought."""
        self.brought = None

    def take_edits(self) -> None:
        """Write what the editor made of its base, unless a cell is no number or may be two."""
        state, here = st.session_state, self.table
        here.wrong, here.unclear, here.is_open = None, None, False
        try:
            found = table.edited(here.base, state[here.key], state.get(here.decimal_key))
        except TableError as error:
            here.wrong = error
            return
        here.unclear, here.is_open = found.unclear, found.is_open
        text = table.write(found.points)
        if len(found.points) > table.MOST:
            self.bring(text, ".")
        elif not found.is_open:
            here.text, self.wrong = text, None
            self._use(found.points, found.notes)

    def undo(self) -> None:
        """Go back: from what gave no points to those in use, or else to those before them."""
        text = str(st.session_state.get("data") or "")
        cells = self.table.wrong or self.table.is_open
        pending = self.brought or cells or self.take(text) is not None
        self.brought = self.wrong = None
        if cells:
            self.table.text = None  # the editor begins afresh
        write(self.good if pending else self.before or "")

    @property
    def may_undo(self) -> bool:
        """Whether there is something to go back from."""
        return bool(self.before is not None or self.brought or self.table.wrong)

    def _use(self, points: Points, notes: Sequence[Told]) -> None:
        self.noted, self.notes = table.write(points), notes
        write(self.noted)


def write(text: str) -> None:
    """Give the text in the link, and in its field, another value."""
    visit().written = True
    st.session_state["data"] = text
