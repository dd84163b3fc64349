"""Home: a run to watch, the path through the stages, and what this server runs on."""

import streamlit as st

from playground.core import i18n
from playground.core.catalog import STAGES
from playground.core.settings import Settings
from playground.features import PAGES
from playground.ui import workers
from playground.ui.language import _
from playground.ui.run import lesson, panels


def show() -> None:
    """Show the page."""
    left, right = st.columns(2, gap="large")
    with left:
        panels.page_text("home", stages=len(STAGES))
        first = next(iter(STAGES.values()))
        start = _("Start with {title}").format(title=lesson.title(first))
        lesson.link_to_stage(first, start, icon=":material/arrow_forward:")
    with right:
        _a_run()
    count = i18n.count_word(len(STAGES), _)
    st.subheader(_("The {count} stages").format(count=count), anchor=False)
    with st.grid(4, min_column_width=220, border=True):
        for place, stage in enumerate(STAGES.values(), start=1):
            lesson.card(place, stage)
    st.subheader(_("Beyond the stages"), anchor=False)
    with st.grid(3, min_column_width=220, border=True):
        for page in PAGES.values():
            if page.section:
                panels.door(page)
    panels.server(workers.machine())


def _a_run() -> None:
    """Train with the tutorial's settings, and show the run to replay."""
    draw = panels.figure()
    tutorial = Settings.of("autograd")
    run = workers.trained(tutorial)
    if run:
        draw(run, tutorial, True)
        panels.provenance(run)
