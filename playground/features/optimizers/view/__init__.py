"""The race: its knobs, the figure, the ranking, a step of each racer taken apart."""

import streamlit as st

from playground.features.optimizers.knobs import MOST_RACERS
from playground.features.optimizers.view import race, race_knobs
from playground.ui.kit import boxes
from playground.ui.language import _


def show() -> None:
    """Show the page."""
    boxes.prose("optimizers", racers=MOST_RACERS)
    of = race_knobs.race_to_run()
    landscape, runs = race.run(of)

    left, right = st.columns(2, gap="medium")
    with right:
        goal = race.goal(of, landscape, runs)
        race.ranking(of, runs, goal)
        race.code(of)
    with left:
        race.figure(of, landscape, runs, goal)
        race.tries()

    if box := boxes.on_demand(_("One step taken apart"), "call_split", "race_apart"):
        with box:
            race.apart(of)
    if box := boxes.on_demand(_("Inside step(): the update by hand"), "edit_note", "race_by_hand"):
        with box:
            race.by_hand(of)
