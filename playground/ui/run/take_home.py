"""Take it home: the run that is shown, as a script, a notebook, a table and a picture."""

from __future__ import annotations

import dataclasses

import streamlit as st

from playground.core import export
from playground.core.history import STOPPED, History
from playground.core.run import Run
from playground.core.settings import Settings
from playground.ui import language
from playground.ui.kit import boxes, charts, components
from playground.ui.language import _

BOX = "take_home"

_save_chart = st.components.v2.component(
    "save_chart",
    html="""<div>
      <button type="button" data-kind="svg">SVG</button>
      <button type="button" data-kind="png">PNG</button>
    </div>""",
    css="div { display: flex; gap: 1rem; }" + components.BUTTON_CSS,
    js=components.script("save_chart", __file__),
)


def is_open() -> bool:
    """Return whether the files are in sight."""
    return bool(st.session_state.get(BOX))


def show(run: Run | None) -> None:
    """Show the files of the run that is shown; none is made while the box is closed."""
    if box := boxes.on_demand(_("Take it home"), "download", BOX):
        with box:
            if run:
                _files(run.history, run.settings)
            else:
                st.caption(_("Nothing is trained yet: a run comes here as files."))


def _files(run: History, of: Settings) -> None:
    """Show the files of a run; where it was stopped, they go as far as it did."""
    settings = dataclasses.replace(of, epochs=len(run.loss)) if run.ended == STOPPED else of
    where = language.current(), st.context.url or ""
    script = export.script(settings, *where)
    st.markdown(
        _(
            "This very run as a program that needs none of these pages: it prints the same losses. "
            "CSV has the loss of every epoch, SVG and PNG the figure as it stands."
        )
    )
    with st.container(horizontal=True):
        for label, made, ending, mime in (
            (_("Script"), script, "py", "text/x-python"),
            (_("Notebook"), export.notebook(settings, *where), "ipynb", "application/x-ipynb+json"),
            ("CSV", export.csv(run), "csv", "text/csv"),
        ):
            file = f"{export.stem(of)}.{ending}"
            st.download_button(label, made, file, mime, key=f"save_{ending}", on_click="ignore")
        drawn = {"file": export.stem(of), "alt": charts.alt(run, of)}
        _save_chart(data=drawn, key="save_chart", width="content")
    st.code(script, language="python", height=360)
