"""Learning rates: a hundred at once, a challenge, and the conditioning behind it all."""

import streamlit as st

from playground.features.learning_rates import words
from playground.features.learning_rates.view import challenge, lab_knobs, sweep
from playground.ui.knobs.builder import pick
from playground.ui.language import _


def show() -> None:
    """Show the page."""
    part = pick(_("Part"), words.TABS, "lab")
    st.markdown(_(words.HEADLINES[part]))
    lab = lab_knobs.lab(contest=part == "challenge")
    if part == "sweep":
        sweep.explore(lab)
    elif part == "challenge":
        if not lab_knobs.waits(lab):
            challenge.play(lab)
    else:
        sweep.compare_bases(lab)
