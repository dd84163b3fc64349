"""The knobs of how to train: the optimizer with its settings, and the device."""

from __future__ import annotations

import streamlit as st

from playground.core import settings
from playground.core.catalog import Lesson
from playground.core.settings import DEVICES, KNOBS, OPTIMIZERS
from playground.ui import task, workers
from playground.ui.knobs import builder
from playground.ui.knobs.builder import Chosen, Values
from playground.ui.language import _


def _take_optimizers_values(lesson: Lesson) -> None:
    """Give a newly chosen optimizer its own rate and settings."""
    optimizer = st.session_state["optimizer"]
    if optimizer in OPTIMIZERS and optimizer not in lesson.optimizers_left_out:
        values = settings.defaults(lesson, optimizer)
        names = ("learning_rate", *OPTIMIZERS[optimizer].options)
        builder.turn({name: values[name] for name in names})


def optimizer(lesson: Lesson) -> str | None:
    """Show which optimizer trains `lesson` and return it; None where the lesson has none."""
    if "optimizer" not in lesson.knobs:
        why = _("This stage writes its own update, so there is no optimizer to choose.")
        st.selectbox(_("Optimizer"), [_("by hand: see the code")], disabled=True, help=why)
        return None
    choices = [name for name in OPTIMIZERS if name not in lesson.optimizers_left_out]
    why_not = " ".join(_(reason) for reason in lesson.optimizers_left_out.values())
    default = str(lesson.defaults["optimizer"])
    if task.hidden("optimizer"):
        linked = task.from_link("optimizer", default)
        return linked if linked in choices else default
    chosen = st.selectbox(
        _("Optimizer"),
        choices,
        index=choices.index(default),
        key="optimizer",
        bind="query-params",
        on_change=_take_optimizers_values,
        args=(lesson,),
        help=why_not or None,
        disabled=task.locked("optimizer"),
    )
    return chosen if chosen in choices else default


def options(optimizer: str, values: Values) -> Chosen:
    """Show the settings of one optimizer, under torch's own names."""
    chosen: Chosen = {}
    with st.expander(_("Settings of {optimizer}").format(optimizer=optimizer)):
        for name in OPTIMIZERS[optimizer].options:
            rule = KNOBS[name]
            if task.hidden(name):
                chosen[name] = task.from_link(name, values[name])
            elif rule.kind is bool:
                chosen[name] = _nesterov(name, values, momentum=bool(chosen.get("momentum")))
            elif rule.choices:
                chosen[name] = st.selectbox(
                    name,
                    rule.choices,
                    index=rule.choices.index(str(values[name])),
                    key=name,
                    bind="query-params",
                    disabled=task.locked(name),
                )
            else:
                step = 1 if rule.kind is int else _tenth(float(values[name]))
                chosen |= builder.number(name, values, name, step)
    return chosen


def _nesterov(name: str, values: Values, *, momentum: bool) -> bool:
    on = st.toggle(
        name,
        value=bool(values[name]),
        key=name,
        bind="query-params",
        disabled=not momentum or task.locked(name),
        help=_("Nesterov's step looks ahead along the momentum: it needs one above 0."),
    )
    return on and momentum


def _tenth(value: float) -> float:
    return abs(value) / 10 if 0 < abs(value) < 0.01 else 0.01


def device(lesson: Lesson) -> Chosen:
    """Show where to train, and what this server has."""
    if "device" not in lesson.knobs:
        st.selectbox(_("Device"), [_("cpu: NumPy has no other")], disabled=True)
        return {}
    if task.hidden("device"):
        return {"device": task.from_link("device", "cpu")}
    found = workers.machine()["devices"]
    device = st.segmented_control(
        _("Device"),
        DEVICES,
        default="cpu",
        required=True,
        key="device",
        bind="query-params",
        width="stretch",
        disabled=task.locked("device"),
    )
    missing = [name for name in DEVICES if name not in found]
    if device in missing:
        st.warning(
            _("This server has no {device}: torch finds {found}. The run goes to the cpu.").format(
                device=device, found=", ".join(found)
            )
        )
        device = "cpu"
    elif missing:
        st.caption(_("Not on this server: {missing}.").format(missing=", ".join(missing)))
    return {"device": device}
