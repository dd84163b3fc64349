"""The challenge of the page of learning rates: arrive in the fewest epochs, with one rate."""

from __future__ import annotations

import streamlit as st

from playground import analysis
from playground.settings import Settings
from playground.sweep import curves, setup, texts
from playground.sweep.setup import Attempt, Fewest, Lab
from playground.ui import charts, language, live, sweep_knobs
from playground.ui.language import _

MOST = 12  # attempts kept of a fit
FITS = 8  # fits whose attempts are kept
ENOUGH = 3  # attempts, after which the answer is shown

Kept = dict[Settings, list[Attempt]]


def play(lab: Lab) -> None:
    """Ask for a rate, run it, and show the visit's attempts at this fit."""
    fit = setup.contest(lab)
    searched: Fewest = live.computed("playground.sweep.running:fewest", fit, long=True)[0]
    left, right = st.columns(2, gap="medium")
    with right:
        st.markdown(texts.prose("challenge", language.current()))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            rate = sweep_knobs.rate(fit.ladder, _("Your rate"))
            if st.button(_("Run this rate"), key="attempt", type="primary"):
                _keep(fit, live.computed("playground.sweep.running:attempt", fit, rate)[0])
            shown = st.session_state.setdefault("_answers", [])
            if st.button(_("Show me"), key="answer", icon=":material/key:"):
                shown[:] = [*shown[1 - FITS :], fit]
        tried = attempts().get(fit, [])
        best = searched.beside(tried)
        _tell(tried, best, fit, known=len(tried) >= ENOUGH or fit in shown)
    with left:
        first, floor = _first(fit, tried), lab.best.floor
        figure = curves.attempts(tried, analysis.near(floor, first), _)
        alt = _("The loss of {count} attempts over their epochs, and the goal.")
        said = " ".join(texts.said_of_attempt(one, best, _) for one in tried)
        charts.show(figure, f"{alt.format(count=len(tried))} {said}")


def _first(fit: Settings, tried: list[Attempt]) -> float:
    return float(tried[0].loss[0]) if tried else setup.first_loss(fit)


def attempts() -> Kept:
    """Return the attempts of this visit, by their fit."""
    kept: Kept = st.session_state.setdefault("_attempts", {})
    return kept


def _keep(fit: Settings, one: Attempt) -> None:
    kept = attempts()
    mine = [other for other in kept.pop(fit, []) if other.rate != one.rate]
    kept[fit] = [*mine, one][-MOST:]
    for old in list(kept)[:-FITS]:
        del kept[old]


def _tell(tried: list[Attempt], best: Fewest, fit: Settings, *, known: bool) -> None:
    """Say how each attempt went and, once it may be known, which rate is best."""
    for k, one in enumerate(tried):
        said = texts.said_of_attempt(one, best, _)
        icon = ":material/flag:" if one.reached is not None else ":material/close:"
        st.markdown(f"{k + 1}. {icon} {said}")
    if known or best.epochs is None:
        st.success(texts.said_of_fewest(best, fit, _), icon=":material/key:")
    else:
        left = ENOUGH - len(tried)
        st.caption(_("Attempts left before the answer shows: {left}.").format(left=left))
