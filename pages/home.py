"""Home: a run to watch, the path through the stages, and what this server runs on."""

import streamlit as st

from playground.catalog import STAGES
from playground.settings import Settings
from playground.ui import lesson_panels, live, panels
from playground.ui.language import _
from playground.ui.site import SITE

left, right = st.columns(2, gap="large")
with left:
    panels.page_text("home")
    lesson_panels.link_to_stage(
        STAGES["numpy"], _("Start with NumPy"), icon=":material/arrow_forward:"
    )
with right:
    draw = panels.figure()
    tutorial = Settings.of("autograd")
    run = live.trained(tutorial)
    if run:
        draw(run, tutorial, True)
        panels.provenance(run)

st.subheader(_("The eight stages"), anchor=False)
with st.grid(4, min_column_width=220, border=True):
    for place, lesson in enumerate(STAGES.values(), start=1):
        lesson_panels.card(place, lesson)
st.subheader(_("Beyond the stages"), anchor=False)
with st.grid(3, min_column_width=220, border=True):
    for page in SITE[1:]:
        panels.door(page)
panels.server(live.machine())
