"""The knobs of how to train: the optimizer with its settings, and the device."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.core import settings
from playground.core.catalog import Lesson
from playground.core.i18n import joined
from playground.core.settings import DEVICES, KNOBS, OPTIMIZERS, Knob
from playground.ui import task, workers
from playground.ui.knobs import builder
from playground.ui.knobs.builder import Values, ask, fixed
from playground.ui.language import _


def _take_optimizers_values(lesson: Lesson) -> None:
    """Give a newly chosen optimizer its own rate and settings."""
    optimizer = st.session_state["optimizer"]
    if optimizer in optimizers(lesson).choices:
        values = settings.defaults(lesson, optimizer)
        names = ("learning_rate", *OPTIMIZERS[optimizer].options)
        builder.turn({name: values[name] for name in names})


def optimizers(lesson: Lesson) -> Knob:
    """Return the rule for the optimizers that can drive `lesson`."""
    return KNOBS["optimizer"].only(o for o in OPTIMIZERS if o not in lesson.optimizers_left_out)


def optimizer(lesson: Lesson) -> str | None:
    """Show which optimizer trains `lesson` and return it; None where the lesson has none."""
    if "optimizer" not in lesson.knobs:
        why = _("This stage writes its own update, so there is no optimizer to choose.")
        fixed("optimizer", _("Optimizer"), _("by hand: see the code"), why)
        return None
    why_not = joined(map(_, lesson.optimizers_left_out.values()), _)
    chosen: str = ask(
        "optimizer",
        str(lesson.defaults["optimizer"]),
        _("Optimizer"),
        rule=optimizers(lesson),
        menu=True,
        on_change=_take_optimizers_values,
        args=(lesson,),
        help=why_not or None,
    )
    return chosen


def options(optimizer: str, values: Values) -> dict[str, Any]:
    """Show the settings of one optimizer, under torch's own names."""
    chosen: dict[str, Any] = {}
    with st.expander(_("Settings of {optimizer}").format(optimizer=optimizer)):
        for name in OPTIMIZERS[optimizer].options:
            chosen[name] = option(name, values[name], momentum=bool(chosen.get("momentum")))
    return chosen


def option(name: str, value: Any, *, momentum: bool, key: str = "", **look: Any) -> Any:
    """Show one setting of an optimizer and return what it says.

    momentum: whether the optimizer's momentum, shown before, is above 0; `nesterov` needs one.
    key: its name in the link, if that is not its own.
    """
    rule = KNOBS[name]
    if name == "nesterov":
        look["help"] = _("Nesterov's step looks ahead along the momentum: it needs one above 0.")
        return ask(key or name, value, name, rule=rule, idle=not momentum, **look) and momentum
    if rule.kind in (int, float):
        look = {"step": 1 if rule.kind is int else _tenth(float(value)), **look}
    return ask(key or name, value, name, rule=rule, menu=True, **look)


def _tenth(value: float) -> float:
    return abs(value) / 10 if 0 < abs(value) < 0.01 else 0.01


def device(lesson: Lesson) -> dict[str, Any]:
    """Show where to train, and what this server has."""
    if "device" not in lesson.knobs:
        fixed("device", _("Device"), _("cpu: NumPy has no other"))
        return {}
    device = ask("device", "cpu", _("Device"), width="stretch")
    if task.hidden("device"):
        return {"device": device}
    found = workers.machine()["devices"]
    missing = [name for name in DEVICES if name not in found]
    if device in missing:
        st.warning(
            _("This server has no {device}: torch finds {found}. The run goes to the cpu.").format(
                device=device, found=_(", ").join(found)
            )
        )
        device = "cpu"
    elif missing:
        st.caption(_("Not on this server: {missing}.").format(missing=_(", ").join(missing)))
    return {"device": device}
