"""A table that was pasted or uploaded, looked at before its points are taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from playground.core import table
from playground.core.i18n import Told
from playground.core.numbers import DECIMALS, Readings, shown
from playground.core.table import Choice, Found, TableError
from playground.core.table.columns import Column
from playground.ui.knobs.own import Brought, Own
from playground.ui.language import _
from playground.ui.workers import plain

ROWS = 5  # of a preview
NOTES = 4  # said one by one


def look(points: Own, brought: Brought, seed: int) -> None:
    """Show what a text holds and what may be chosen, and the buttons that take or leave it.

    seed: of the sample that is taken of many rows.
    """
    with st.container(border=True, key="brought"):
        st.markdown(_("**Look first: these points are not taken yet.**"))
        try:
            found = _chosen(brought)
        except TableError as error:  # by the cut or the heading that was chosen
            found = None
            st.warning(error.said(_))
        if found:
            _preview(found, seed)
        with st.container(horizontal=True, gap="xsmall"):
            st.button(
                _("Take them"),
                key="take_brought",
                icon=":material/check:",
                disabled=not found or found.is_open or found.error is not None,
                on_click=points.take_brought,
                args=(found, seed),
            )
            st.button(_("Discard"), key="leave_brought", on_click=points.leave)


def _chosen(brought: Brought) -> Found:
    """Ask how to read a text, as far as it does not tell; return what it holds so.

    Raises TableError where it holds no two columns of numbers so.
    """
    choice = _cut(brought)
    choice = _columns(brought, table.find(brought.text, choice), choice)
    found = table.find(brought.text, choice)
    if not found.unclear:
        return found
    said = decimal(found.unclear, found.decimal, f"brought_{brought.number}_decimal")
    return table.find(brought.text, replace(choice, decimal=said))


def decimal(
    unclear: Readings, said: str | None, key: str, on_change: Callable[[], None] | None = None
) -> str | None:
    """Ask which of two numbers a text is; return the mark before decimals that makes it so.

    said: what is chosen at first.
    """
    values = {".": unclear.with_point, ",": unclear.with_comma}
    return st.radio(
        _("What is {written}?").format(written=plain(shown(unclear.text))),
        DECIMALS,
        index=DECIMALS.index(said) if said else None,
        format_func=lambda mark: f"{values[mark]:.15g}",
        horizontal=True,
        key=key,
        on_change=on_change,
        help=_("Its comma or point may stand before decimals, or between thousands."),
    )


def tell(notes: Sequence[Told]) -> None:
    """Say what was left out or could have been read otherwise: the first few notes one by one."""
    items = [note.said(_) for note in notes[:NOTES]]
    if len(notes) > NOTES:
        items.append(_("And {count:,} more.").format(count=len(notes) - NOTES))
    if items:
        st.info("\n".join(f"- {item}" for item in items))


def _cut(brought: Brought) -> Choice:
    """Ask how the text is cut into cells, and whether its first row is a heading."""
    found = table.find(brought.text)
    separator = None
    if len(found.separators) > 1:
        separator = st.selectbox(
            _("Between cells"),
            found.separators,
            format_func=lambda mark: _(table.SEPARATORS[mark]),
            key=f"brought_{brought.number}_separator",
        )
        found = table.find(brought.text, Choice(separator=separator))
    key = f"brought_{brought.number}_heading"
    heading = st.toggle(_("The first row is a heading"), value=found.heading, key=key)
    return Choice(separator=separator, heading=None if heading == found.heading else heading)


def _columns(brought: Brought, found: Found, choice: Choice) -> Choice:
    """Ask which columns are x and y, where there are more than two of numbers."""
    if len(found.columns) < 3:
        return choice
    places = [column.place for column in found.columns]
    names = {column.place: name(column) for column in found.columns}
    chosen = []
    for letter, column in (("x", found.x), ("y", found.y)):
        picked = st.selectbox(
            letter,
            places,
            index=places.index(column.place),
            format_func=names.__getitem__,
            key=f"brought_{brought.number}_{letter}",
        )
        chosen.append(picked if picked in places else column.place)
    x, y = chosen
    return replace(choice, x=x, y=y)


def name(column: Column) -> str:
    """Return what to call a column: the name in its heading, or its place."""
    return shown(column.name) or _("Column {number}").format(number=column.place + 1)


def _preview(found: Found, seed: int) -> None:
    """Show the first points as they are read, or as they are written while that is open.

    And what becomes of the other rows and columns.
    """
    rows = found.written if found.is_open else found.points
    columns = zip(*rows[:ROWS], strict=True)
    titles = (f"x: {name(found.x)}", f"y: {name(found.y)}")
    st.dataframe(dict(zip(titles, columns, strict=False)), hide_index=True, height="content")
    st.caption(_("The first rows of {count:,}.").format(count=len(rows)))
    if found.others:
        st.caption(_("Columns that hold no numbers: {count}.").format(count=found.others))
    if len(found.points) > table.MOST:
        st.caption(_sampled(found, seed))
    tell(found.notes)
    if found.error:
        st.warning(found.error.said(_))


def _sampled(found: Found, seed: int) -> str:
    return _(
        "There are {count:,} points, but at most {most} fit into the page's link. Taken is an even "
        "sample: of {most} equal parts of the table one row each, drawn by the seed {seed}."
    ).format(count=len(found.points), most=table.MOST, seed=seed)
