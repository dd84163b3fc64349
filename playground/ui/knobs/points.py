"""The learner's own points: a table to edit, columns to paste, a file to upload."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from playground.core import data, table
from playground.core.table import TableError
from playground.jobs import limits
from playground.ui.knobs.builder import ask
from playground.ui.language import _
from playground.ui.session import visit

MOST_CHARACTERS = 8000  # of text, which travels in the link
FILE = "points_file"


@dataclass
class Own:
    """What this session knows about its points; each text is in the form of `table.write`.

    good: the points in use; nothing stands for y = 2x + 1. before: those before them.
    base: the rows under the editor, of which `text` is what became of them. version: counts the
    bases, as an editor begins afresh on each. count: of the points that y = 2x + 1 is taken at.
    refused: why the file uploaded last gave nothing. shown: whether the box has been open.
    """

    good: str = ""
    before: str | None = None
    base: list[tuple[float, float]] = field(default_factory=list)
    text: str | None = None
    version: int = 0
    count: int = 0
    shown: bool = False
    refused: TableError | None = None

    @property
    def key(self) -> str:
        """The name of the editor."""
        return f"points_{self.version}"


def given(count: int) -> str:
    """Show the ways to give points; return them as `table.write` does, or nothing.

    count: how many there are to begin editing with, of y = 2x + 1.

    The text in `st.session_state.data` and the link holds them: table and file write there.
    While it holds no points, the last ones stay in use.
    """
    state = st.session_state
    own = visit().part(Own)
    own.shown |= bool(state.get("data") or st.query_params.get("data"))
    label, icon = _("Your own points"), ":material/scatter_plot:"
    with st.expander(label, expanded=own.shown, icon=icon, key="points_box"):
        names = [_("Table"), _("Paste"), *([_("File")] if limits.UPLOAD_BYTES else ())]
        by_hand, pasted, *uploaded = st.tabs(names)
        with pasted:  # first, as only the widget knows what the link says
            text = _area()
        error = _take(own, text)
        with by_hand:
            st.caption(_("Change a number, or add a row below the last."))
            _editor(own, text, count)
        for tab in uploaded:
            with tab:
                _file(own)
        if error:
            kept = _("Until it is mended, the points before it stay in use.")
            st.warning(error.said(_) + " " + kept)
        _buttons(own)
    return own.good


def _take(own: Own, text: str) -> TableError | None:
    """Take the points in `text` into use; return why not, if it has none."""
    try:
        good = table.form(text)
    except TableError as error:
        return error
    if good != own.good:
        own.before, own.good, own.refused = own.good, good, None
    return None


def _write(text: str) -> None:
    st.session_state["data"] = text


def _editor(own: Own, text: str, count: int) -> None:
    """Show the points as a table.

    Its base stays as long as only the editor changes the text: so no edit is lost or made twice.
    """
    other = text != own.text or (not text and count != own.count)
    if other or own.key not in st.session_state:
        own.base, own.text, own.count = _base(own, count), text, count
        own.version += 1
    x, y = np.array(own.base).reshape(-1, 2).T
    st.data_editor(
        {"x": x, "y": y},
        column_config={
            name: st.column_config.NumberColumn(
                name,
                min_value=-table.LARGEST,
                max_value=table.LARGEST,
                format="%.6g",
                width=58,
            )
            for name in "xy"
        },
        num_rows="dynamic",
        hide_index=True,
        height=220,
        key=own.key,
        on_change=take_edits,
        args=(own,),
        alt=_("The points, a row each: change, add or delete some."),
    )


def _base(own: Own, count: int) -> list[tuple[float, float]]:
    """Return the points to begin editing with: those in use, if there are not too many."""
    if own.good:
        return list(table.parse(own.good))
    x, y = data.line(count if count <= table.MOST else 0)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def take_edits(own: Own) -> None:
    """Write what the editor made of its base; what no editor makes is left out."""
    with suppress(TableError):
        own.text = table.write(table.edited(own.base, st.session_state[own.key]))
        _write(own.text)


def _area() -> str:
    text: str = ask(
        "data",
        "",
        _("Two columns, x and y"),
        max_chars=MOST_CHARACTERS,
        height=180,
        placeholder="x;y\n0,5;2,1\n1,5;3,9",
        on_change=_tidy,
        help=_(
            "One point per line: two numbers, separated by a comma, semicolon, tab or space. With "
            "a semicolon or a tab between them, 1,5 is 1.5. A first line of words is a heading. "
            "At most {most} points; they become part of the link."
        ).format(most=table.MOST),
    )
    return text


def _tidy() -> None:
    """Give a text that holds points the form that links have; leave any other as it is."""
    with suppress(TableError):
        _write(table.form(st.session_state["data"] or ""))


def _file(own: Own) -> None:
    file = st.file_uploader(
        _("A CSV file with two columns, x and y"),
        type=["csv", "txt", "tsv"],
        key=FILE,
        on_change=_take_file,
        args=(own,),
        max_upload_size=1,
    )
    if file and own.refused:
        st.warning(own.refused.said(_))


def _take_file(own: Own) -> None:
    """Write the points of the file that was uploaded, or say what is wrong with it."""
    file = st.session_state[FILE]
    own.refused = None
    if file:
        try:
            _write(table.read(file.getvalue()))
        except TableError as error:
            own.refused = error


def _buttons(own: Own) -> None:
    """Show what undoes a change, and what takes the points away or home."""
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            _("Undo"),
            key="undo_points",
            disabled=own.before is None,
            on_click=_undo,
            args=(own,),
            help=_("One step back; once more brings it back."),
        )
        st.download_button(
            "CSV",
            "x,y\n" + own.good + "\n",
            file_name="points.csv",
            mime="text/csv",
            on_click="ignore",
            disabled=not own.good,
            help=_("Download your points."),
        )
    st.button(
        _("Back to y = 2x + 1"),
        icon=":material/restart_alt:",
        key="forget_points",
        disabled=not st.session_state.get("data"),
        on_click=_write,
        args=("",),
        width="stretch",
    )


def _undo(own: Own) -> None:
    """Go back: from a text without points to the points in use, or else to those before them."""
    wrong = _take(own, str(st.session_state.get("data") or "")) is not None
    _write(own.good if wrong else own.before or "")
