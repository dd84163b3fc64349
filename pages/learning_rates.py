"""Learning rates: a hundred at once, a challenge, and the conditioning behind it all."""

import streamlit as st

from playground import sweep_texts
from playground.ui import challenge, choice, sweep_knobs, sweeps
from playground.ui.language import _

part = choice.pick(_("Part"), sweep_texts.PARTS, "lab")
st.markdown(_(sweep_texts.HEADLINES[part]))
lab = sweep_knobs.lab(contest=part == "challenge")
if part == "sweep":
    sweeps.explore(lab)
elif part == "challenge":
    challenge.play(lab)
else:
    sweeps.compare_bases(lab)
