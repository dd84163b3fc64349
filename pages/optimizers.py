"""The race: up to eight optimizers from one start, and a step of each taken apart."""

import streamlit as st

from playground.ui import panels, racers, track
from playground.ui.language import _

panels.page_text("optimizers")
race = racers.race_to_run()
landscape, runs = track.run(race)

left, right = st.columns(2, gap="medium")
with right:
    goal = track.goal(race, landscape, runs)
    track.ranking(race, runs, goal)
    track.code(race)
with left:
    track.figure(race, landscape, runs, goal)
    track.tries()

if box := panels.on_demand(_("One step taken apart"), "call_split", "race_apart"):
    with box:
        track.apart(race)
if box := panels.on_demand(_("Inside step(): the update by hand"), "edit_note", "race_by_hand"):
    with box:
        track.by_hand(race)
