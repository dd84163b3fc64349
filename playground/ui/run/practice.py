"""The part of a training page that trains: the figure, the run, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.core.history import History
from playground.core.relief import CONTOUR, View
from playground.core.run import Run
from playground.core.settings import Settings
from playground.ui import language, task
from playground.ui.kit import charts
from playground.ui.language import _
from playground.ui.run import follow, kept, verdict
from playground.ui.run.follow import Draw
from playground.ui.session import visit


@dataclass
class Extent:
    """Whether the whole page runs, or only the part of it that Train runs."""

    whole: bool = False


def show(
    settings: Settings,
    notes: Any,
    *,
    read: Callable[[Run], None] | None = None,
    below: bool = False,
) -> None:
    """Train with `settings` when it is time to; show the run, how it went and what it found.

    read: shows what else the run tells. below: whether more of the page, outside of this part,
    tells about the run, so that a new one runs all of it.
    """
    visit().part(Extent).whole = True
    _practice(settings, notes, read, below)


@st.fragment(key=follow.PRACTICE)
def _practice(
    settings: Settings, notes: Any, read: Callable[[Run], None] | None, below: bool
) -> None:
    state = visit().part(Extent)
    whole, state.whole = state.whole, False
    draw = figure(settings, _view(settings))
    run = follow.run(settings, notes, draw, waits=task.waits(settings))
    if run is None:
        return
    if run.settings == settings:
        new = kept.keep(settings, run.history)
        if new and not whole and (below or kept.is_open()):
            st.rerun()
    verdict.show(run)
    verdict.formulas(run)
    if settings.lesson.form.straight:
        verdict.prediction(run)
    if read:
        read(run)
    verdict.snapshots(run)


def _view(settings: Settings) -> View:
    """Let the visitor choose how a loss over two weights is drawn."""
    if not settings.lesson.form.straight or len(settings.weights) != 2:
        return CONTOUR
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return charts.pick_view(_("The loss over the weights"), "view")


def figure(settings: Settings, view: View = CONTOUR) -> Draw:
    """Reserve the place of the figure; return the function that draws it there.

    The place is as high as the figure of `settings`, also for the moment in which one makes room
    for the next: a page that became shorter would lose its place.
    """
    with charts.place(charts.height(settings), "figure"):
        slot = st.empty()
    charts.replay_controls()
    lang = language.current()

    def draw(history: History, settings: Settings, over: bool) -> None:
        if over:
            chart = charts.chart(history, settings, lang, view, kept.ghosts(settings))
        else:
            chart = charts.unfinished(history, settings, lang, view)
        with slot:
            charts.show(chart, charts.alt(history, settings))

    return draw
