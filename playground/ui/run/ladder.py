"""The frame of a page that trains: pick a lesson, turn the knobs, train, watch, read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.core.catalog import LADDERS
from playground.core.run import Run
from playground.core.settings import Settings
from playground.ui import task
from playground.ui.knobs import sidebar
from playground.ui.run import follow, kept, lesson, practice, take_home


def show(
    slug: str,
    *,
    beside: Callable[[Settings], None] | None = None,
    read: Callable[[Run], None] | None = None,
    below: Callable[[Run | None], None] | None = None,
) -> Settings:
    """Show the lessons of a ladder, the chosen one's run, its code and its text.

    `read` shows what else there is to read off a run, under its figure; `beside`, below that, what
    belongs to the settings, trained or not; `below`, over the whole width, what is done with a run.
    """
    chosen = sidebar.pick_lesson(LADDERS[slug])
    settings = sidebar.settings_for(chosen)
    left, right = st.columns(2, gap="medium")
    with right:
        lesson.headline(chosen)
        lesson.code(chosen)
        lesson.prose(settings)
    with left:
        notes = _start(settings)
        practice.show(settings, notes, read=read, below=below is not None or take_home.is_open())
        if beside:
            beside(settings)
    run = follow.shown(chosen)
    if below and (run or not task.waits(settings)):
        below(run)
    take_home.show(run)
    kept.show()
    return settings


def _start(settings: Settings) -> Any:
    """Show what a run starts with; return the place for what is to be said of it."""
    if task.task().predict:
        task.predict(settings)
    with st.container(horizontal=True, vertical_alignment="center"):
        follow.buttons(settings, task.waits(settings))
        return st.container()
