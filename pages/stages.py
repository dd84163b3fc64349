"""Fit a sine, eight ways: pick a stage, turn the knobs, train, watch and replay."""

import streamlit as st

from playground.ui import controls, live, panels

lesson = controls.pick_stage()
settings = controls.settings_for(lesson)

left, right = st.columns(2, gap="medium")
with right:
    panels.headline(lesson)
    panels.code(lesson)
    panels.prose(lesson)
with left:
    with st.container(horizontal=True, vertical_alignment="center"):
        live.buttons(settings)
        notes = st.container()
    panels.practice(settings, notes)
