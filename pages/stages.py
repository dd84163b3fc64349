"""Fit a sine, eight ways: pick a stage, turn the knobs, train, watch and replay."""

import streamlit as st

from playground.ui import controls, function_lab, live, panels, stage_graphs
from playground.ui.language import _

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

if box := panels.on_demand(_("The autograd graph of this loss"), "account_tree", "graph"):
    with box:
        stage_graphs.of_stage(settings)
if lesson.slug == "dynamic" and (
    box := panels.on_demand(_("Flip-book: a new graph at every step"), "auto_stories", "flips")
):
    with box:
        stage_graphs.flip_book(settings)
if lesson.slug == "custom_function" and (
    box := panels.on_demand(_("Sabotage the backward, and see what notices"), "science", "lab")
):
    with box:
        function_lab.show()
