"""What a run came to: in words, numbers, formulas and tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from playground.core import analysis, verdict_words
from playground.core.i18n import N_
from playground.core.run import Run
from playground.core.settings import Knob
from playground.core.tasks import OUTCOMES
from playground.core.verdict import judge
from playground.ui import task
from playground.ui.kit import boxes
from playground.ui.knobs.builder import ask
from playground.ui.language import _

AT_X = Knob(kind=float, low=-1e6, high=1e6)
HELP = {
    N_("Floor"): N_("The lowest loss that least squares finds for these points."),
    N_("Gap closed"): N_(
        "The share that the run has gone of the way from its first loss down to the floor, rounded "
        "down."
    ),
}
ICONS = {
    "converged": ("success", ":material/check_circle:"),
    "growing": ("error", ":material/trending_up:"),
    "diverged": ("error", ":material/error:"),
    "flat": ("warning", ":material/trending_flat:"),
    "returned": ("warning", ":material/u_turn_right:"),
    "creeping": ("warning", ":material/trending_up:"),
    "damped": ("info", ":material/waves:"),
    "swinging": ("warning", ":material/waves:"),
    "wandering": ("warning", ":material/waves:"),
}


def show(of: Run) -> None:
    """Say in words how the run went, and give its numbers."""
    run, settings = of.history, of.settings
    best = analysis.sought(settings)
    judged = judge(run, settings)
    kind, icon = ICONS.get(judged.kind, ("info", ":material/trending_down:"))
    why = verdict_words.why(judged, settings, _)
    said = [verdict_words.seen(judged, _), why]
    getattr(st, kind)("\n\n".join(filter(None, said)), icon=icon)
    task.compare(settings, OUTCOMES.get(judged.kind), why)

    told = {_(label): _(text) for label, text in HELP.items()}
    with st.container(horizontal=True):
        for label, value, beside in verdict_words.numbers(run, best.floor if best else None, _):
            about = told.get(label)
            st.metric(label, value, beside, "off", delta_arrow="off", help=about, width="content")


def formulas(of: Run) -> None:
    """Show the fitted curve as a formula, beside the least-squares one."""
    best = analysis.sought(of.settings)
    lines = of.settings.lesson.form.formulas(
        of.settings,
        np.array(list(of.history.final.values())),
        best.weights if best else None,
        _,
    )
    if not lines:
        return
    rows = [f"| **{name}** | {text} |" for name, text in lines]
    st.markdown("\n".join([rows[0], "|:-|:-|", *rows[1:]]))


def prediction(of: Run) -> None:
    """Show what the line says at one x, before the training and after it."""
    run, settings = of.history, of.settings
    look: dict[str, Any] = {"step": 1.0, "format": "%.2f", "width": 180}
    x = ask("at_x", 5.0, _("Predict y for x ="), rule=AT_X, **look)
    best = analysis.quadratic_for(settings).weights
    weights = np.array([run.weights[0], list(run.final.values()), best])
    before, after, sought = analysis.curves(settings, weights, np.array([x]))[0, :, 0]
    with st.container(horizontal=True):
        for label, value in (
            (_("Before training"), before),
            (_("After training"), after),
            (_("Least squares"), sought),
        ):
            st.metric(label, f"{value:.4g}", width="content")


def snapshots(of: Run) -> None:
    """Show the replay's numbers as a table: for the keyboard, the screen reader and the curious."""
    run = of.history
    if box := boxes.on_demand(_("The replay as a table"), "table", "table"):
        columns = {_("epoch"): run.epochs, _("loss"): run.loss[run.epochs]}
        columns |= {name: run.weights[:, k] for k, name in enumerate(run.names)}
        with box:
            st.dataframe(columns, hide_index=True, height=240)
