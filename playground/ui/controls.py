"""Settings -> widgets bound to the URL."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground import data, settings
from playground.catalog import STAGES, Lesson
from playground.settings import DEVICES, KNOBS, OPTIMIZERS, Settings
from playground.ui import live
from playground.ui.language import _, current

RATES = [m * 10.0**e for e in range(-10, 2) for m in (1, 1.5, 2, 3, 4, 5, 7)][:71]
AFRESH = "afresh"  # a link carries it with a new value: what it does not set, it sets back
TRAINING = ("epochs", "learning_rate", "optimizer")


def link(lesson: Lesson, **knobs: str) -> dict[str, str]:
    """Return the query of a link to a stage: it sets `knobs`, and all others to the tutorial's."""
    visit = st.session_state.get("_visit", "0")
    following = str(int(visit) + 1) if visit.isdecimal() and len(visit) < 9 else "1"
    return {"stage": lesson.slug, "lang": current(), **knobs, AFRESH: following}


def pick_stage() -> Lesson:
    """Show the stages in their order and return the chosen one."""
    _report_broken_link()
    visit = st.query_params.get(AFRESH)
    if visit and visit != st.session_state.get("_visit"):
        st.session_state["_visit"] = visit
        _start_afresh()
    slugs = list(STAGES)
    slug = st.segmented_control(
        _("Stage"),
        slugs,
        default=slugs[0],
        required=True,
        key="stage",
        bind="query-params",
        on_change=_carry_over,
        label_visibility="collapsed",
    )
    return STAGES.get(slug or "", STAGES[slugs[0]])


def settings_for(lesson: Lesson) -> Settings:
    """Show the knobs of `lesson` and return what they say.

    A value that breaks its rule (only a forged one can) is named, and its default takes its place.
    """
    with st.sidebar:
        optimizer = _optimizer(lesson)
        known = settings.knobs(lesson.slug, optimizer)
        values = settings.defaults(lesson.slug, optimizer)
        chosen: dict[str, Any] = {"optimizer": optimizer} if optimizer else {}
        chosen |= _rate(values) | _number("epochs", values, _("Epochs"), step=100)
        if optimizer:
            chosen |= _options(optimizer, values)
        chosen |= _problem(lesson, values)
        chosen |= _device(lesson)
        st.toggle(
            _("Train at every change"),
            value=True,
            key="auto",
            persist_state="session",
            help=_("Runs of up to about a second start by themselves; longer ones wait for Train."),
        )
        st.button(
            _("Back to the tutorial's settings"),
            on_click=_reset,
            args=(lesson.slug,),
            icon=":material/restart_alt:",
            width="stretch",
        )
    st.session_state["_offered"] = (lesson.slug, values)
    return _checked(lesson, {k: v for k, v in chosen.items() if k in known}, optimizer)


def _checked(lesson: Lesson, chosen: dict[str, Any], optimizer: str | None) -> Settings:
    for name in list(chosen):
        try:
            KNOBS[name].check(name, chosen[name])
        except ValueError as error:
            st.warning(live.plain(error))
            del chosen[name]
    try:
        return Settings.of(lesson.slug, **chosen)
    except ValueError as error:
        st.warning(live.plain(error))
        return Settings.of(lesson.slug, **({"optimizer": optimizer} if optimizer else {}))


def _report_broken_link() -> None:
    """Say which values of the link mean nothing; the widgets fall back on their own."""
    errors = []
    for name, text in st.query_params.to_dict().items():
        if name in KNOBS:
            try:
                KNOBS[name].parse(name, text)
            except ValueError as error:
                errors.append(f"\n- {live.plain(error)}")
    if errors:
        said = _("This link holds values that mean nothing here; the defaults take their place:")
        st.warning(said + "".join(errors))


def _start_afresh() -> None:
    """Take the tutorial's value for every knob that the link just followed does not set."""
    link = st.query_params.to_dict()
    stage = link.get("stage", "")
    if stage in STAGES:
        optimizer = link.get("optimizer")
        try:
            values = settings.defaults(stage, optimizer)
        except ValueError:
            values = settings.defaults(stage)
        for name, value in values.items():
            if name not in link:
                st.session_state[name] = value


def _carry_over() -> None:
    """Move to another stage: what the learner changed stays, the rest is the tutorial's.

    How to train stays only if the update rule does: a rate for SGD says nothing about RMSprop.
    """
    old_stage, old = st.session_state.get("_offered", (None, {}))
    stage = st.session_state["stage"]
    if stage not in STAGES or old_stage is None:
        return
    new = settings.defaults(stage)

    def rule(slug: str, values: dict[str, Any]) -> tuple[Any, ...]:
        by_hand = "optimizer" not in STAGES[slug].knobs
        return ("SGD", 0.0) if by_hand else (values["optimizer"], values["momentum"])

    same_rule = rule(old_stage, old) == rule(stage, new)
    for name, value in new.items():
        how = name in TRAINING or any(name in o.options for o in OPTIMIZERS.values())
        changed = name in old and st.session_state.get(name, old[name]) != old[name]
        if not changed or (how and not same_rule):
            st.session_state[name] = value


def _reset(stage: str) -> None:
    for name, value in settings.defaults(stage).items():
        st.session_state[name] = value


def _take_optimizers_values(stage: str) -> None:
    """Give a newly chosen optimizer its own rate and settings."""
    optimizer = st.session_state["optimizer"]
    if optimizer in OPTIMIZERS and optimizer not in STAGES[stage].optimizers_left_out:
        values = settings.defaults(stage, optimizer)
        for name in ("learning_rate", *OPTIMIZERS[optimizer].options):
            st.session_state[name] = values[name]


def _optimizer(lesson: Lesson) -> str | None:
    if "optimizer" not in lesson.knobs:
        why = _("This stage writes its own update, so there is no optimizer to choose.")
        st.selectbox(_("Optimizer"), [_("by hand: see the code")], disabled=True, help=why)
        return None
    choices = [name for name in OPTIMIZERS if name not in lesson.optimizers_left_out]
    why_not = " ".join(_(reason) for reason in lesson.optimizers_left_out.values())
    default = str(lesson.defaults["optimizer"])
    chosen = st.selectbox(
        _("Optimizer"),
        choices,
        index=choices.index(default),
        key="optimizer",
        bind="query-params",
        on_change=_take_optimizers_values,
        args=(lesson.slug,),
        help=why_not or None,
    )
    return chosen if chosen in choices else default


def _rate(values: dict[str, Any]) -> dict[str, Any]:
    rule = KNOBS["learning_rate"]
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
    )
    st.session_state["_rate"] = float(f"{rate:.4g}")
    with slider:
        st.select_slider(
            _("Learning rate"),
            sorted({*RATES, st.session_state["_rate"]}),
            format_func="{:.4g}".format,
            key="_rate",
            on_change=_take_rate,
            help=_("How far one step goes: the step is minus this rate times the gradient."),
        )
    return {"learning_rate": rate}


def _take_rate() -> None:
    st.session_state["learning_rate"] = st.session_state["_rate"]


def _number(
    name: str, values: dict[str, Any], label: str, step: float, help: str | None = None
) -> dict[str, Any]:
    rule = KNOBS[name]
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
    )
    return {name: value}


def _options(optimizer: str, values: dict[str, Any]) -> dict[str, Any]:
    """Show the settings of one optimizer, under torch's own names."""
    chosen: dict[str, Any] = {}
    with st.expander(_("Settings of {optimizer}").format(optimizer=optimizer)):
        for name in OPTIMIZERS[optimizer].options:
            rule = KNOBS[name]
            if rule.kind is bool:
                idle = name == "nesterov" and not chosen.get("momentum")
                on = st.toggle(
                    name,
                    value=bool(values[name]),
                    key=name,
                    bind="query-params",
                    disabled=idle,
                    help=_("Nesterov's step looks ahead along the momentum: it needs one above 0."),
                )
                chosen[name] = on and not idle
            elif rule.choices:
                index = rule.choices.index(str(values[name]))
                chosen[name] = st.selectbox(
                    name, rule.choices, index=index, key=name, bind="query-params"
                )
            else:
                step = 1 if rule.kind is int else _tenth(float(values[name]))
                chosen |= _number(name, values, name, step)
    return chosen


def _tenth(value: float) -> float:
    return abs(value) / 10 if 0 < abs(value) < 0.01 else 0.01


def _problem(lesson: Lesson, values: dict[str, Any]) -> dict[str, Any]:
    """Show what is fitted, and with what."""
    chosen: dict[str, Any] = {}
    chosen["target"] = st.selectbox(
        _("Target function"),
        settings.TARGETS,
        index=settings.TARGETS.index(values["target"]),
        key="target",
        bind="query-params",
        help=" · ".join(f"{name}: ${target.latex}$" for name, target in data.TARGETS.items()),
    )
    left, right = st.columns(2)
    with left:
        chosen |= _number("points", values, _("Points"), 100)
        chosen |= _number(
            "seed",
            values,
            _("Seed"),
            1,
            _("Gives the starting weights, the noise and every chance."),
        )
    with right:
        chosen |= _number(
            "noise", values, _("Noise"), 0.1, _("Standard deviation of what is added to y.")
        )
        if "degree" in lesson.knobs:
            chosen |= _number("degree", values, _("Degree"), 1)
        else:
            why = _("This stage writes out a cubic; nn and optim take any degree.")
            st.number_input(_("Degree"), value=3, disabled=True, help=why)
    return chosen


def _device(lesson: Lesson) -> dict[str, Any]:
    if "device" not in lesson.knobs:
        st.selectbox(_("Device"), [_("cpu: NumPy has no other")], disabled=True)
        return {}
    found = live.machine()["devices"]
    device = st.segmented_control(
        _("Device"),
        DEVICES,
        default="cpu",
        required=True,
        key="device",
        bind="query-params",
        width="stretch",
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
