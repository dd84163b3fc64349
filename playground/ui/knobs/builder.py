"""One widget a knob, bound to the link; a teacher's link may lock it or hide it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import streamlit as st

from playground.core import data, settings
from playground.core.settings import KNOBS, Knob
from playground.ui import task as teaching
from playground.ui.knobs import points
from playground.ui.language import _

RATES = [*(float(f"{m}e{e}") for e in range(-10, 0) for m in (1, 1.5, 2, 3, 4, 5, 7)), 1.0]

Values = Mapping[str, Any]  # by the knobs' names: what each has unless the learner turns it
Chosen = dict[str, Any]


def turn(values: Values) -> None:
    """Turn the knobs to `values`, but for those that a task locks or hides."""
    task = teaching.task()
    for name, value in values.items():
        if name not in task.locked | task.hidden:
            st.session_state[name] = value


def _knob(name: str) -> Callable[[Callable[[Values], Any]], Callable[[Values], Chosen]]:
    """Make a widget one for the knob `name`, which is not shown where a task hides it."""

    def of(show: Callable[[Values], Any]) -> Callable[[Values], Chosen]:
        @wraps(show)
        def shown(values: Values) -> Chosen:
            if teaching.hidden(name):
                return {name: teaching.from_link(name, values[name])}
            return {name: show(values)}

        return shown

    return of


def known(name: str, values: Values) -> Any:
    """Return what a knob further down will say; what breaks its rule leaves the default."""
    said = st.session_state.get(name, st.query_params.get(name, values[name]))
    try:
        return KNOBS[name].check(name, said)
    except ValueError:
        return values[name]


def rate(values: Values, label: str = "", *, slider: bool = True) -> Chosen:
    """Show the learning rate, typed and, with `slider`, as one; `label` is for one without."""
    rule, usual = KNOBS["learning_rate"], float(values["learning_rate"])
    if teaching.hidden("learning_rate"):
        return {"learning_rate": teaching.from_link("learning_rate", usual)}
    above = st.container() if slider else None
    rate = st.number_input(
        label or _("Learning rate, typed"),
        min_value=rule.low,
        max_value=rule.high,
        value=usual,
        step=usual / 10,
        format="%.3e",
        key="learning_rate",
        bind="query-params",
        label_visibility="collapsed" if slider else "visible",
        width="stretch" if slider else 200,
        disabled=teaching.locked("learning_rate"),
    )
    if above:
        with above:
            _slide(rate)
    return {"learning_rate": rate}


def _slide(rate: float) -> None:
    """Show the learning rate as a slider over all decades; one typed is a mark of its own."""
    st.session_state["rate_slider"] = float(f"{rate:.4g}")
    st.select_slider(
        _("Learning rate"),
        sorted({*RATES, st.session_state["rate_slider"]}),
        format_func="{:.4g}".format,
        key="rate_slider",
        on_change=_take_rate,
        disabled=teaching.locked("learning_rate"),
        help=_("How far one step goes: the step is minus this rate times the gradient."),
    )


def _take_rate() -> None:
    st.session_state["learning_rate"] = st.session_state["rate_slider"]


def number(
    name: str,
    values: Values,
    label: str,
    step: float,
    help: str | None = None,
    *,
    rule: Knob | None = None,
    disabled: bool = False,
) -> Chosen:
    """Show a knob that is a number, with its bounds; `rule` is for one that is not in KNOBS."""
    rule = rule or KNOBS[name]
    if teaching.hidden(name):
        return {name: teaching.from_link(name, values[name])}
    value = st.number_input(
        label,
        min_value=rule.kind(rule.low),
        max_value=rule.kind(rule.high),
        value=rule.kind(values[name]),
        step=rule.kind(step),
        format="%d" if rule.kind is int else "%.6g",
        key=name,
        bind="query-params",
        help=help,
        disabled=disabled or teaching.locked(name),
    )
    return {name: value}


@_knob("target")
def target(values: Values) -> str:
    """Show the functions to fit."""
    chosen: str = st.selectbox(
        _("Target function"),
        settings.TARGETS,
        index=settings.TARGETS.index(values["target"]),
        key="target",
        bind="query-params",
        help=" · ".join(f"{name}: ${one.latex}$" for name, one in data.TARGETS.items()),
        disabled=teaching.locked("target"),
    )
    return chosen


@_knob("gradient")
def gradient(values: Values) -> Any:
    """Show the two gradients that a lesson may write by hand."""
    return st.segmented_control(
        _("Gradient by hand"),
        KNOBS["gradient"].choices,
        default=values["gradient"],
        required=True,
        key="gradient",
        bind="query-params",
        width="stretch",
        help=_("`mean` is the gradient of the loss. `notebook` has summed before it averages."),
        disabled=teaching.locked("gradient"),
    )


@_knob("data")
def own_points(values: Values) -> Any:
    """Show the ways to give points of one's own; nothing of it where a task locks them."""
    if teaching.locked("data"):
        return teaching.from_link("data", "")
    return points.given(known("points", values))


@_knob("centre")
def centre(values: Values) -> bool:
    """Show the switch that takes the mean of x off x."""
    return st.toggle(
        _("Centre x"),
        value=bool(values["centre"]),
        key="centre",
        bind="query-params",
        help=_("Take the mean of x off x before the fit: it changes the curvature, not the line."),
        disabled=teaching.locked("centre"),
    )
