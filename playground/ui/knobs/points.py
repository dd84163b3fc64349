"""The learner's own points: a table to edit, columns to paste, a file to upload."""

from __future__ import annotations

import streamlit as st

from playground.core import table
from playground.core.table import TableError, edits
from playground.jobs import limits
from playground.ui.knobs import brought, own
from playground.ui.knobs.builder import ask
from playground.ui.knobs.own import Own
from playground.ui.language import _
from playground.ui.session import visit

FILE = "points_file"


def given(count: int, seed: int = 0) -> str:
    """Show the ways to give points; return them as `table.write` does, or nothing.

    count: how many there are to begin editing with, of y = 2x + 1. seed: of a sample of many.

    The text in `st.session_state.data` and the link holds them: table and file write there.
    While it holds no points, the last ones stay in use.
    """
    state = st.session_state
    points = visit().part(Own)
    points.shown |= bool(state.get("data") or st.query_params.get("data"))
    label, icon = _("Your own points"), ":material/scatter_plot:"
    with st.expander(label, expanded=points.shown, icon=icon, key="points_box"):
        names = [_("Table"), _("Paste"), *([_("File")] if limits.UPLOAD_BYTES else ())]
        by_hand, pasted, *uploaded = st.tabs(names)
        with pasted:  # first, as only the widget knows what the link says
            text = _area(points)
        error = points.take(text)
        points.table.follow(text, points.good, count)
        with by_hand:
            _editor(points)
        for tab in uploaded:
            with tab:
                _file(points)
        _tell(points, error)
        if points.brought and points.brought.page == visit().page:
            brought.look(points, points.brought, seed)
        _buttons(points)
    return points.good


def _tell(points: Own, error: TableError | None) -> None:
    """Say why a text or the cells hold no points, or what was left out of those in use."""
    for wrong in (error, points.table.wrong):
        if wrong:
            kept = _("Until it is mended, the points before it stay in use.")
            st.warning(wrong.said(_) + " " + kept)
    if points.notes and points.good == points.noted:
        brought.tell(points.notes)


def _editor(points: Own) -> None:
    """Show the points as a table, whose cells take numbers as people write them."""
    here = points.table
    st.caption(
        _("Change a number, or add a row below the last. A table of more columns goes into Paste.")
    )
    st.data_editor(
        edits.cells(here.base),
        column_config={name: st.column_config.TextColumn(name, width=58) for name in "xy"},
        num_rows="dynamic",
        hide_index=True,
        height=220,
        key=here.key,
        on_change=points.take_edits,
        alt=_("The points, a row each: change, add or delete some."),
    )
    if here.unclear:
        brought.decimal(here.unclear, None, here.decimal_key, points.take_edits)


def _area(points: Own) -> str:
    text: str = ask(
        "data",
        "",
        _("Two columns, x and y"),
        height=180,
        placeholder="x;y\n0,5;2,1\n1,5;3,9",
        on_change=points.take_text,
        help=_(
            "A point a line, or columns copied from a spreadsheet or a file, with a heading or "
            "without. With a decimal comma too; where two readings are possible, you are asked. "
            "At most {most} points; they become part of the link."
        ).format(most=table.MOST),
    )
    return text


def _file(points: Own) -> None:
    file = st.file_uploader(
        _("A table as text, such as CSV"),
        type=["csv", "txt", "tsv", "tab", "dat", "prn"],
        key=FILE,
        on_change=_take_file,
        args=(points,),
        max_upload_size=1,
    )
    if file and points.refused:
        st.warning(points.refused.said(_))


def _take_file(points: Own) -> None:
    """Take the points of the file that was uploaded, or say what is wrong with it."""
    file = st.session_state[FILE]
    points.refused = None
    if file:
        try:
            points.bring(table.decode(file.getvalue()))
        except TableError as error:
            points.refused = error


def _buttons(points: Own) -> None:
    """Show what undoes a change, and what takes the points away or home."""
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            _("Undo"),
            key="undo_points",
            disabled=not points.may_undo,
            on_click=points.undo,
            help=_("One step back; once more brings it back."),
        )
        st.download_button(
            "CSV",
            "x,y\n" + points.good + "\n",
            file_name="points.csv",
            mime="text/csv",
            on_click="ignore",
            disabled=not points.good,
            help=_("Download your points."),
        )
    st.button(
        _("Back to y = 2x + 1"),
        icon=":material/restart_alt:",
        key="forget_points",
        disabled=not st.session_state.get("data"),
        on_click=own.write,
        args=("",),
        width="stretch",
    )
