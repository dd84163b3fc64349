"""Learning rates: a hundred at once, a challenge, and the conditioning behind it all."""

import streamlit as st

from playground.sweep import texts
from playground.ui import challenge, choice, sweep_knobs, sweeps
from playground.ui.language import _

part = choice.pick(_("Part"), texts.PARTS, "lab")
st.markdown(_(texts.HEADLINES[part]))
lab = sweep_knobs.lab(contest=part == "challenge")
if part == "sweep":
    sweeps.explore(lab)
elif part == "challenge":
    if not sweep_knobs.waits(lab):
        challenge.play(lab)
else:
    sweeps.compare_bases(lab)
