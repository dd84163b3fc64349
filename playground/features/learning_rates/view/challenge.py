"""The challenge of the page of learning rates: arrive in the fewest epochs, with one rate."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from playground.core import analysis
from playground.core.i18n import joined
from playground.core.settings import Settings
from playground.features.learning_rates import job, knobs, words
from playground.features.learning_rates.figures import curves
from playground.features.learning_rates.knobs import Lab
from playground.features.learning_rates.results import Attempt, Fewest
from playground.features.learning_rates.view import lab_knobs
from playground.ui import language, workers
from playground.ui.kit import charts
from playground.ui.language import _
from playground.ui.session import visit

MOST_ATTEMPTS = 12  # attempts kept of a fit
MOST_FITS = 8  # fits whose attempts are kept
ENOUGH = 3  # attempts, after which the answer is shown

Kept = dict[Settings, list[Attempt]]


@dataclass
class Tried:
    """The challenge of a visit: the attempts by their fit, and the fits whose answer is known."""

    attempts: Kept = field(default_factory=dict)
    answers: list[Settings] = field(default_factory=list)


def play(lab: Lab) -> None:
    """Ask for a rate, run it, and show the visit's attempts at this fit."""
    fit = knobs.contest(lab)
    searched = workers.one(job.fewest(fit))
    left, right = st.columns(2, gap="medium")
    with right:
        st.markdown(words.prose("challenge", language.current()))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            rate = lab_knobs.rate(fit.ladder, _("Your rate"))
            if st.button(_("Run this rate"), key="attempt", type="primary"):
                _keep(fit, workers.one(job.attempt(fit, rate)))
            shown = visit().part(Tried).answers
            if st.button(_("Show me"), key="answer", icon=":material/key:"):
                shown[:] = [*shown[1 - MOST_FITS :], fit]
        tried = attempts().get(fit, [])
        best = searched.beside(tried)
        _tell(tried, best, fit, known=len(tried) >= ENOUGH or fit in shown)
    with left:
        first, floor = _first(fit, tried), lab.best.floor
        figure = curves.attempts(tried, analysis.near(floor, first), _)
        alt = _("The loss of {count} attempts over their epochs, and the goal.")
        said = joined((words.said_of_attempt(one, best, _) for one in tried), _)
        charts.show(figure, f"{alt.format(count=len(tried))} {said}")


def _first(fit: Settings, tried: list[Attempt]) -> float:
    return float(tried[0].loss[0]) if tried else knobs.first_loss(fit)


def attempts() -> Kept:
    """Return the attempts of this visit, by their fit."""
    return visit().part(Tried).attempts


def _keep(fit: Settings, one: Attempt) -> None:
    kept = attempts()
    mine = [other for other in kept.pop(fit, []) if other.rate != one.rate]
    kept[fit] = [*mine, one][-MOST_ATTEMPTS:]
    for old in list(kept)[:-MOST_FITS]:
        del kept[old]


def _tell(tried: list[Attempt], best: Fewest, fit: Settings, *, known: bool) -> None:
    """Say how each attempt went and, once it may be known, which rate is best."""
    for k, one in enumerate(tried):
        said = words.said_of_attempt(one, best, _)
        icon = ":material/flag:" if one.reached is not None else ":material/close:"
        st.markdown(f"{k + 1}. {icon} {said}")
    if known or best.epochs is None:
        st.success(words.said_of_fewest(best, fit, _), icon=":material/key:")
    else:
        left = ENOUGH - len(tried)
        st.caption(_("Attempts left before the answer shows: {left}.").format(left=left))
