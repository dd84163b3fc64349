"""Fit a sine, eight ways: pick a stage, turn the knobs, train, watch and replay."""

import streamlit as st

from playground.ui import controls, live, panels

lesson = controls.pick_stage()
with st.container(horizontal=True, vertical_alignment="center"):
    pressed = live.train_button()
    panels.headline(lesson)
settings = controls.settings_for(lesson)

left, right = st.columns(2, gap="medium")
with right:
    panels.code(lesson)
    panels.prose(lesson)
with left:
    notes = st.container()
    draw = panels.figure()
    words = st.container()
with notes:
    outcome = live.follow(settings, pressed, draw)
if outcome:
    with words:
        panels.verdict(outcome)
        panels.formulas(outcome)
        panels.snapshots(outcome)
