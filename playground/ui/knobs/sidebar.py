"""The knobs of a lesson, in the sidebar, and what they hold as the visitor changes the lesson."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from playground.core import settings
from playground.core.catalog import LADDERS, Ladder, Lesson
from playground.core.settings import KNOBS, OPTIMIZERS, Knob, Settings
from playground.ui import links, task, workers
from playground.ui.knobs import builder, fit, held, training
from playground.ui.knobs.builder import Values, ask, fixed
from playground.ui.language import _
from playground.ui.session import visit

TRAINING = ("epochs", "learning_rate", "optimizer")


@dataclass
class Offered:
    """The lesson that is shown, and what its knobs would be if nobody turned them."""

    stage: str = ""
    values: Values = field(default_factory=dict)


def pick_lesson(ladder: Ladder) -> Lesson:
    """Show the lessons of `ladder` in their order, if there are several; return the chosen one."""
    stages = KNOBS["stage"].only(ladder.stages)
    rules = {name: rule for name, rule in KNOBS.items() if name != "ladder"} | {"stage": stages}
    links.report_broken_link({name: rule for name, rule in rules.items() if name != "data"})
    _enter(ladder, rules)
    if len(ladder.lessons) == 1:
        return ladder.lessons[0]
    slug = ask(
        "stage",
        stages.choices[0],
        _("Stage"),
        rule=stages,
        on_change=partial(_carry_over, ladder),
        label_visibility="collapsed",
    )
    return ladder.stages[slug]


def _enter(ladder: Ladder, rules: Mapping[str, Knob]) -> None:
    """Set the knobs for whoever comes to a lesson of `ladder`: in a link, as the tutorial's."""
    query = st.query_params.to_dict()
    lesson = ladder.stages.get(query.get("stage", ""), ladder.lessons[0])
    drives, optimizer = training.optimizers(lesson), query.get("optimizer")
    values = settings.defaults(lesson, optimizer if optimizer in drives.choices else None)
    held.enter(
        ladder.slug,
        {**rules, "optimizer": drives},
        usual=lambda _before: {**values, "stage": lesson.slug},
        as_kept=lambda left: {name: getattr(left, name) for name in rules},
    )


def settings_for(lesson: Lesson) -> Settings:
    """Show the knobs of `lesson` and return what they say.

    A value that breaks its rule (only a forged one can) is named, and its default takes its place.
    """
    with st.sidebar:
        optimizer = training.optimizer(lesson)
        known = settings.knobs(lesson, optimizer)
        values = settings.defaults(lesson, optimizer)
        chosen: dict[str, Any] = {"optimizer": optimizer} if optimizer else {}
        chosen["learning_rate"] = fit.rate(values)
        chosen["epochs"] = ask("epochs", values["epochs"], _("Epochs"), step=100)
        if optimizer:
            chosen |= training.options(optimizer, values)
        chosen |= _problem(lesson, known, values)
        chosen |= training.device(lesson)
        st.toggle(
            _("Train at every change"),
            value=True,
            key="auto",
            persist_state="session",
            help=_("Runs of up to about a second start by themselves; longer ones wait for Train."),
        )
        back(settings.defaults(lesson))
    visit().knobs = ("stage", *known)
    offered = visit().part(Offered)
    offered.stage, offered.values = lesson.slug, values
    checked = _checked(lesson, {k: v for k, v in chosen.items() if k in known}, optimizer)
    held.leave(lesson.ladder, checked)
    return checked


def _problem(lesson: Lesson, known: tuple[str, ...], values: dict[str, Any]) -> dict[str, Any]:
    """Show what is fitted, and with what."""
    chosen: dict[str, Any] = {}
    if "target" in known:
        chosen["target"] = fit.target(values)
    if "gradient" in known:
        chosen["gradient"] = fit.gradient(values)
    if "data" in known:
        chosen["data"] = fit.own_points(values)
    if "noise" in known:
        chosen |= _sample(lesson, values, own=bool(chosen.get("data")))
    if "centre" in known:
        chosen["centre"] = fit.centre(values)
    return chosen


def _sample(lesson: Lesson, values: dict[str, Any], *, own: bool = False) -> dict[str, Any]:
    """Show how many points there are, what is added to them, and the seed they are drawn with.

    own: whether the points are the learner's, and so as many as they are.
    """
    why = _("Your own points take the place of these.") if own else None
    seed = _("Gives the starting weights, the noise and every random choice.")
    noise = _("Standard deviation of what is added to y.")
    left, right = st.columns(2)
    with left:
        points = ask("points", values["points"], _("Points"), step=100, help=why, idle=own)
        chosen = {"points": points, "seed": ask("seed", values["seed"], _("Seed"), help=seed)}
    with right:
        chosen["noise"] = ask("noise", values["noise"], _("Noise"), step=0.1, help=noise)
        if "degree" in lesson.knobs:
            chosen["degree"] = ask("degree", values["degree"], _("Degree"))
        elif (why := LADDERS[lesson.ladder].fixed.get("degree")) and not task.task().hidden:
            fixed("degree", _("Degree"), str(values["degree"]), _(why))
    return chosen


def back(values: Mapping[str, Any]) -> None:
    """Show the way back to the tutorial's settings, unless a task says which to have."""
    if not (task.task().locked or task.task().hidden):
        st.button(
            _("Back to the tutorial's settings"),
            on_click=builder.turn,
            args=(values,),
            icon=":material/restart_alt:",
            width="stretch",
        )


def keep_valid(rules: Mapping[str, Knob], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `chosen` keeps its rule, and name the rest."""
    valid = {}
    for name, value in chosen.items():
        try:
            valid[name] = rules[name].check(name, value)
        except ValueError as error:
            st.warning(workers.plain(error))
    return valid


def _checked(lesson: Lesson, chosen: dict[str, Any], optimizer: str | None) -> Settings:
    try:
        return Settings.of(lesson.slug, ladder=lesson.ladder, **keep_valid(KNOBS, chosen))
    except ValueError as error:
        st.warning(workers.plain(error))
        kept = {"optimizer": optimizer} if optimizer else {}
        return Settings.of(lesson.slug, ladder=lesson.ladder, **kept)


def _carry_over(ladder: Ladder) -> None:
    """Move to another lesson: what the learner changed stays, the rest is the tutorial's.

    How to train stays only if the update rule does: a rate for SGD says nothing about RMSprop.
    """
    offered, stage = visit().part(Offered), st.session_state["stage"]
    if stage not in ladder.stages or offered.stage not in ladder.stages:
        return
    old, new = offered.values, settings.defaults(ladder.stages[stage])

    def rule(slug: str, values: Values) -> tuple[Any, ...]:
        by_hand = "optimizer" not in ladder.stages[slug].knobs
        return ("SGD", 0.0) if by_hand else (values["optimizer"], values["momentum"])

    same_rule = rule(offered.stage, old) == rule(stage, new)
    fresh = {}
    for name, value in new.items():
        how = name in TRAINING or any(name in o.options for o in OPTIMIZERS.values())
        changed = name in old and st.session_state.get(name, old[name]) != old[name]
        if not changed or (how and not same_rule):
            fresh[name] = value
    builder.turn(fresh)
