"""What the page about accumulation shows: a part, its knobs, its figures, its text and code."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from playground.core import catalog
from playground.core.i18n import N_
from playground.core.settings import Knob
from playground.features.accumulation import knobs, words
from playground.features.accumulation.knobs import Checked
from playground.features.accumulation.view.parts import PARTS, Part, R, S
from playground.ui import language, links, task, workers
from playground.ui.knobs.builder import ask, pick
from playground.ui.language import _

LABELS = {
    "clearing": N_("How .grad is cleared"),
    "steps": N_("Steps"),
    "operation": N_("z is made by a"),
    "retain_graph": "retain_graph",
    "calls": N_("Backward calls"),
    "k": N_("Parts k"),
    "cut": N_("Size of the parts"),
    "rate": N_("Learning rate"),
    "fit_rate": N_("Learning rate"),
    "fit_epochs": N_("Epochs"),
}
RATE_STEPS = {"rate": 1e-3, "fit_rate": 5e-7}


def show() -> None:
    """Show the page."""
    part = PARTS[pick(_("Part"), list(PARTS), "part")]
    st.markdown(_(part.headline))
    _show(part)


def _show(part: Part[S, R]) -> None:
    """Show a part: its knobs, the prediction that a task asks for, its figures, its text."""
    settings = _ask_for(part.usual)
    if _waits(part, settings):
        return
    results = workers.computed(part.job(settings))
    _compare(part, settings, results)
    left, right = st.columns(2, gap="medium")
    with left:
        part.show(settings, results)
    with right:
        _explain(part.slug, settings)


def _ask_for(usual: S) -> S:
    """Show the knobs of a part and return its settings.

    A value that breaks its rule (only a forged link has one) is named, and the usual is taken.
    """
    rules, notes = knobs.rules(usual), st.container()
    links.report_broken_link(rules, notes)
    with st.container(horizontal=True, vertical_alignment="top", gap="medium"):
        chosen = {name: _ask(name, rule, getattr(usual, name)) for name, rule in rules.items()}
    try:
        return dataclasses.replace(usual, **chosen)
    except ValueError as error:
        notes.warning(workers.plain(error))
        return usual


def _ask(name: str, rule: Knob, value: Any) -> Any:
    """Show a knob of this page, and return what it says."""
    label = _(LABELS[name])
    if rule.kind is int:
        step = 10 if rule.high > 100 else 1
        return ask(name, value, label, rule=rule, slider=True, step=step, width=220)
    if rule.kind is float:
        more: dict[str, Any] = {"step": RATE_STEPS[name], "format": "%.3e", "width": 180}
        return ask(name, value, label, rule=rule, **more)
    if rule.choices:
        return ask(name, value, label, rule=rule, wrap=True)
    return ask(name, value, label, rule=rule)


def _waits(part: Part[S, R], settings: S) -> bool:
    """Ask for the prediction that a task's link wants first; return whether it is still to come."""
    asked = part.question
    if asked is None or not task.task().predict:
        return False
    return task.predict((part.slug, settings), asked.text, asked.answers) is None


def _compare(part: Part[S, R], settings: S, results: list[R]) -> None:
    """Set the prediction, if one was asked for, beside what happened."""
    asked = part.question
    if asked:
        happened, said = asked.happened(settings, results), asked.why(settings, results, _)
        task.compare((part.slug, settings), happened, said, asked.answers)


def _explain(slug: str, settings: Checked) -> None:
    """Show the text of a part around the code that ran."""
    opening, rest = words.prose(slug, language.current(), settings)
    st.markdown(opening)
    st.code(catalog.source("autograd", f"accumulate_{slug}"), language="python")
    st.markdown(rest)
