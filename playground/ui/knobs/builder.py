"""From a knob's rule to its widget, its link and its lock: the one place that makes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.core.settings import KNOBS, Knob
from playground.ui import task

RATES = [*(float(f"{m}e{e}") for e in range(-10, 0) for m in (1, 1.5, 2, 3, 4, 5, 7)), 1.0]

Values = Mapping[str, Any]  # by the knobs' names: what each has unless the learner turns it


def ask(
    name: str,
    value: Any,
    label: str,
    *,
    rule: Knob | None = None,
    idle: bool = False,
    menu: bool = False,
    slider: bool = False,
    **look: Any,
) -> Any:
    """Show the widget of the knob `name` and return what it says.

    The widget's key is the knob's name in the link. Where a task hides the knob, nothing is shown
    and the link alone says its value; where it locks it, the widget cannot be turned.

    value: what it says until somebody turns it. rule: of a knob that is not in `KNOBS`. idle:
    whether it has no effect now. menu: whether choices open as a list, and do not stand side by
    side. slider: whether a number is a slider, and not a field. look: what else the widget takes.
    """
    rule = rule or KNOBS[name]
    if task.hidden(name):
        return task.from_link(name, value, rule)
    look |= {"key": name, "bind": "query-params", "disabled": idle or task.locked(name)}
    if rule.choices:
        return _choice(rule, value, label, menu, look)
    if rule.kind is bool:
        return st.toggle(label, value=bool(value), **look)
    low, high, at = rule.kind(rule.low), rule.kind(rule.high), rule.kind(value)
    if slider:
        return st.slider(label, low, high, at, **look)
    look.setdefault("format", "%d" if rule.kind is int else "%.6g")
    return st.number_input(label, low, high, at, **look)


def _choice(rule: Knob, value: Any, label: str, menu: bool, look: dict[str, Any]) -> Any:
    """Show the choices of a rule; return the chosen one, or `value` for one that is not there."""
    if menu:
        chosen = st.selectbox(label, rule.choices, index=rule.choices.index(str(value)), **look)
    else:
        chosen = st.segmented_control(label, rule.choices, default=value, required=True, **look)
    return chosen if chosen in rule.choices else value


def turn(values: Values) -> None:
    """Turn the knobs to `values`, but for those that a task locks or hides."""
    kept = task.task().locked | task.task().hidden
    for name, value in values.items():
        if name not in kept:
            st.session_state[name] = value


def known(name: str, values: Values) -> Any:
    """Return what a knob further down will say; what breaks its rule leaves the default."""
    said = st.session_state.get(name, st.query_params.get(name, values[name]))
    try:
        return KNOBS[name].check(name, said)
    except ValueError:
        return values[name]
