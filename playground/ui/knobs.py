"""One widget a knob, bound to the link; a teacher's link may lock it or hide it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground import data, settings
from playground.catalog import Lesson
from playground.settings import DEVICES, KNOBS, OPTIMIZERS
from playground.ui import live, points, teaching
from playground.ui.language import _

RATES = [float(f"{m}e{e}") for e in range(-10, 2) for m in (1, 1.5, 2, 3, 4, 5, 7)][:71]


def _take_optimizers_values(lesson: Lesson) -> None:
    """Give a newly chosen optimizer its own rate and settings."""
    optimizer = st.session_state["optimizer"]
    if optimizer in OPTIMIZERS and optimizer not in lesson.optimizers_left_out:
        values = settings.defaults(lesson, optimizer)
        for name in ("learning_rate", *OPTIMIZERS[optimizer].options):
            st.session_state[name] = values[name]


def optimizer(lesson: Lesson) -> str | None:
    """Show which optimizer trains `lesson` and return it; None where the lesson has none."""
    if "optimizer" not in lesson.knobs:
        why = _("This stage writes its own update, so there is no optimizer to choose.")
        st.selectbox(_("Optimizer"), [_("by hand: see the code")], disabled=True, help=why)
        return None
    choices = [name for name in OPTIMIZERS if name not in lesson.optimizers_left_out]
    why_not = " ".join(_(reason) for reason in lesson.optimizers_left_out.values())
    default = str(lesson.defaults["optimizer"])
    if teaching.hidden("optimizer"):
        linked = teaching.from_link("optimizer", default)
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
        disabled=teaching.locked("optimizer"),
    )
    return chosen if chosen in choices else default


def rate(values: dict[str, Any]) -> dict[str, Any]:
    """Show the learning rate, as a slider and typed."""
    rule = KNOBS["learning_rate"]
    if teaching.hidden("learning_rate"):
        return {"learning_rate": teaching.from_link("learning_rate", values["learning_rate"])}
    fixed = teaching.locked("learning_rate")
    slider = st.container()
    rate = st.number_input(
        _("Learning rate, typed"),
        min_value=rule.low,
        max_value=rule.high,
        value=values["learning_rate"],
        step=values["learning_rate"] / 10,
        format="%.3e",
        key="learning_rate",
        bind="query-params",
        label_visibility="collapsed",
        disabled=fixed,
    )
    st.session_state["_rate"] = float(f"{rate:.4g}")
    with slider:
        st.select_slider(
            _("Learning rate"),
            sorted({*RATES, st.session_state["_rate"]}),
            format_func="{:.4g}".format,
            key="_rate",
            on_change=_take_rate,
            disabled=fixed,
            help=_("How far one step goes: the step is minus this rate times the gradient."),
        )
    return {"learning_rate": rate}


def _take_rate() -> None:
    st.session_state["learning_rate"] = st.session_state["_rate"]


def number(
    name: str,
    values: dict[str, Any],
    label: str,
    step: float,
    help: str | None = None,
    *,
    disabled: bool = False,
) -> dict[str, Any]:
    """Show a knob that is a number, with its bounds."""
    rule = KNOBS[name]
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


def options(optimizer: str, values: dict[str, Any]) -> dict[str, Any]:
    """Show the settings of one optimizer, under torch's own names."""
    chosen: dict[str, Any] = {}
    with st.expander(_("Settings of {optimizer}").format(optimizer=optimizer)):
        for name in OPTIMIZERS[optimizer].options:
            rule = KNOBS[name]
            if teaching.hidden(name):
                chosen[name] = teaching.from_link(name, values[name])
            elif rule.kind is bool:
                idle = name == "nesterov" and not chosen.get("momentum")
                on = st.toggle(
                    name,
                    value=bool(values[name]),
                    key=name,
                    bind="query-params",
                    disabled=idle or teaching.locked(name),
                    help=_("Nesterov's step looks ahead along the momentum: it needs one above 0."),
                )
                chosen[name] = on and not idle
            elif rule.choices:
                index = rule.choices.index(str(values[name]))
                chosen[name] = st.selectbox(
                    name,
                    rule.choices,
                    index=index,
                    key=name,
                    bind="query-params",
                    disabled=teaching.locked(name),
                )
            else:
                step = 1 if rule.kind is int else _tenth(float(values[name]))
                chosen |= number(name, values, name, step)
    return chosen


def _tenth(value: float) -> float:
    return abs(value) / 10 if 0 < abs(value) < 0.01 else 0.01


def target(usual: str) -> str:
    """Show the functions to fit."""
    chosen: str = st.selectbox(
        _("Target function"),
        settings.TARGETS,
        index=settings.TARGETS.index(usual),
        key="target",
        bind="query-params",
        help=" · ".join(f"{name}: ${one.latex}$" for name, one in data.TARGETS.items()),
        disabled=teaching.locked("target"),
    )
    return chosen


def problem(lesson: Lesson, known: tuple[str, ...], values: dict[str, Any]) -> dict[str, Any]:
    """Show what is fitted, and with what."""
    chosen: dict[str, Any] = {
        name: teaching.from_link(name, values[name])
        for name in ("target", "gradient", "centre", "data")
        if name in known and teaching.hidden(name)
    }
    shown = set(known) - set(chosen)
    if "target" in shown:
        chosen["target"] = target(values["target"])
    if "gradient" in shown:
        chosen["gradient"] = st.segmented_control(
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
    if "data" in shown:
        count = _known("points", values)
        locked = teaching.locked("data")
        chosen["data"] = teaching.from_link("data", "") if locked else points.given(count)
    if "noise" in known:
        chosen |= _sample(lesson, values, own=bool(chosen.get("data")))
    if "centre" in shown:
        chosen["centre"] = st.toggle(
            _("Centre x"),
            key="centre",
            bind="query-params",
            help=_(
                "Take the mean of x off x before the fit: it changes the curvature, not the line."
            ),
            disabled=teaching.locked("centre"),
        )
    return chosen


def _known(name: str, values: dict[str, Any]) -> Any:
    """Return what a knob further down will say; what breaks its rule leaves the default."""
    said = st.session_state.get(name, st.query_params.get(name, values[name]))
    try:
        return KNOBS[name].check(name, said)
    except ValueError:
        return values[name]


def _sample(lesson: Lesson, values: dict[str, Any], *, own: bool = False) -> dict[str, Any]:
    """Show how many points there are, what is added to them, and the seed of every chance.

    own: whether the points are the learner's, and so as many as they are.
    """
    chosen: dict[str, Any] = {}
    why = _("Your own points take the place of these.") if own else None
    left, right = st.columns(2)
    with left:
        chosen |= number("points", values, _("Points"), 100, why, disabled=own)
        chosen |= number(
            "seed",
            values,
            _("Seed"),
            1,
            _("Gives the starting weights, the noise and every chance."),
        )
    with right:
        chosen |= number(
            "noise", values, _("Noise"), 0.1, _("Standard deviation of what is added to y.")
        )
        if "degree" in lesson.knobs:
            chosen |= number("degree", values, _("Degree"), 1)
        elif lesson.ladder == "polynomial" and not teaching.task().hidden:
            why = _("This stage writes out a cubic; nn and optim take any degree.")
            st.number_input(_("Degree"), value=3, disabled=True, help=why)
    return chosen


def device(lesson: Lesson) -> dict[str, Any]:
    """Show where to train, and what this server has."""
    if "device" not in lesson.knobs:
        st.selectbox(_("Device"), [_("cpu: NumPy has no other")], disabled=True)
        return {}
    if teaching.hidden("device"):
        return {"device": teaching.from_link("device", "cpu")}
    found = live.machine()["devices"]
    device = st.segmented_control(
        _("Device"),
        DEVICES,
        default="cpu",
        required=True,
        key="device",
        bind="query-params",
        width="stretch",
        disabled=teaching.locked("device"),
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
