"""From a knob's rule to its widget, its link and its lock: the one place that makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from playground.core.settings import KNOBS, Knob
from playground.ui import links, task

TEXT = Knob(kind=str, form=str)  # any text
Values = Mapping[str, Any]  # by the knobs' names: what each has unless the learner turns it


def ask(
    name: str,
    value: Any,
    label: str,
    *,
    rule: Knob | None = None,
    options: Sequence[Any] = (),
    idle: bool = False,
    menu: bool = False,
    slider: bool = False,
    **look: Any,
) -> Any:
    """Show the widget of the knob `name` and return what it says.

    The widget's key is the knob's name in the link. Where a task hides the knob, nothing is shown
    and the link alone says its value; where it locks it, the widget cannot be turned.

    value: what it says until somebody turns it; a list where several choices may be made. rule: of
    a knob that is not in `KNOBS`. options: choices that the page computes, in place of a rule: it
    names a value of the link that is none of them. idle: whether it has no effect now. menu:
    whether choices open as a list, and do not stand side by side. slider: whether a number or a
    choice is a slider. look: what else the widget takes; a text of some height has several lines.
    """
    if options:
        rule = Knob(kind=str, choices=tuple(map(str, options)))
    rule = rule or KNOBS[name]
    if task.hidden(name):
        return task.from_link(name, value, rule)
    if options:
        _offer(name, value, options, rule)
    look |= {"key": name, "bind": "query-params", "disabled": idle or task.locked(name)}
    if rule.choices:
        return _choice(options or rule.choices, value, label, menu, slider, look)
    if rule.kind is bool:
        return st.toggle(label, value=bool(value), **look)
    if rule.kind is str:
        field = st.text_area if "height" in look else st.text_input
        return field(label, value, **look) or ""
    return _number(rule, value, label, slider, look)


def fixed(name: str, label: str, text: str, why: str | None = None) -> None:
    """Show a knob that cannot be turned here, with what holds in its place and why."""
    if not task.hidden(name):
        st.selectbox(label, [text], disabled=True, help=why)


def pick(
    label: str,
    slugs: Sequence[str],
    key: str,
    *,
    default: str = "",
    collapsed: bool = True,
    **look: Any,
) -> str:
    """Show `slugs` side by side and return the chosen one; first it is `default`, or else slugs[0].

    key: the name in the link. collapsed: whether only screen readers get the label.
    """
    look["label_visibility"] = "collapsed" if collapsed else "visible"
    chosen: str = ask(key, default or slugs[0], label, options=slugs, **look)
    return chosen


def _offer(name: str, value: Any, options: Sequence[Any], rule: Knob) -> None:
    """Name a value of the link that is none of `options`; `value` replaces a choice that left."""
    state = st.session_state
    if name not in state:  # later, the link may still hold one that has left
        links.report_broken_link({name: rule})
    elif state[name] not in options:
        state[name] = value


def _choice(
    choices: Sequence[Any], value: Any, label: str, menu: bool, slider: bool, look: dict[str, Any]
) -> Any:
    """Show `choices`; return the chosen one, or `value` for one that is not there."""
    if isinstance(value, list):
        return st.pills(label, choices, selection_mode="multi", default=value, **look)
    if slider:
        chosen = st.select_slider(label, choices, value=value, **look)
    elif menu:
        chosen = st.selectbox(label, choices, index=choices.index(value), **look)
    else:
        chosen = st.segmented_control(label, choices, default=value, required=True, **look)
    return chosen if chosen in choices else value


def _number(rule: Knob, value: Any, label: str, slider: bool, look: dict[str, Any]) -> Any:
    low, high, at = rule.kind(rule.low), rule.kind(rule.high), rule.kind(value)
    if slider:
        return st.slider(label, low, high, at, **look)
    look.setdefault("format", "%d" if rule.kind is int else "%.6g")
    return st.number_input(label, low, high, at, **look)


def turn(values: Values) -> None:
    """Turn the knobs to `values`, but for those that a task locks or hides."""
    for name, value in values.items():
        if not task.keeps(name):
            st.session_state[name] = value


def known(name: str, values: Values) -> Any:
    """Return what a knob further down will say; what breaks its rule leaves the default."""
    said = st.session_state.get(name, st.query_params.get(name, values[name]))
    try:
        return KNOBS[name].check(name, said)
    except ValueError:
        return values[name]
