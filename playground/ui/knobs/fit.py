"""The knobs of a fit: what is fitted, at which rate, on which points."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.core.targets import TARGETS
from playground.ui import task
from playground.ui.knobs import points
from playground.ui.knobs.builder import RATES, Values, ask, known
from playground.ui.language import _


def rate(values: Values, label: str = "", *, slider: bool = True) -> float:
    """Show the learning rate, typed and, with `slider`, as one; `label` is for one without."""
    usual = float(values["learning_rate"])
    above = st.container() if slider and not task.hidden("learning_rate") else None
    chosen: float = ask(
        "learning_rate",
        usual,
        label or _("Learning rate, typed"),
        step=usual / 10,
        format="%.3e",
        label_visibility="collapsed" if slider else "visible",
        width="stretch" if slider else 200,
    )
    if above:
        with above:
            _slide(chosen)
    return chosen


def _slide(rate: float) -> None:
    """Show the learning rate as a slider over all decades; one typed is a mark of its own."""
    st.session_state["rate_slider"] = float(f"{rate:.4g}")
    st.select_slider(
        _("Learning rate"),
        sorted({*RATES, st.session_state["rate_slider"]}),
        format_func="{:.4g}".format,
        key="rate_slider",
        on_change=_take_rate,
        disabled=task.locked("learning_rate"),
        help=_("How far one step goes: the step is minus this rate times the gradient."),
    )


def _take_rate() -> None:
    st.session_state["learning_rate"] = st.session_state["rate_slider"]


def target(values: Values) -> str:
    """Show the functions to fit."""
    formulas = " · ".join(f"{name}: ${one.latex}$" for name, one in TARGETS.items())
    chosen: str = ask("target", values["target"], _("Target function"), menu=True, help=formulas)
    return chosen


def gradient(values: Values) -> str:
    """Show the two gradients that a lesson may write by hand."""
    chosen: str = ask(
        "gradient",
        values["gradient"],
        _("Gradient by hand"),
        width="stretch",
        help=_("`mean` is the gradient of the loss. `notebook` has summed before it averages."),
    )
    return chosen


def own_points(values: Values) -> Any:
    """Show the ways to give points of one's own; nothing of it where a task keeps them."""
    if task.locked("data") or task.hidden("data"):
        return task.from_link("data", values["data"])
    return points.given(known("points", values))


def centre(values: Values) -> bool:
    """Show the switch that takes the mean of x off x."""
    chosen: bool = ask(
        "centre",
        values["centre"],
        _("Centre x"),
        help=_("Take the mean of x off x before the fit: it changes the curvature, not the line."),
    )
    return chosen
