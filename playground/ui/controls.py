"""Settings -> knobs; what they hold when a visitor comes, goes and changes the lesson."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from playground import settings
from playground.catalog import LADDERS, Ladder, Lesson
from playground.settings import KNOBS, OPTIMIZERS, Settings
from playground.ui import choice, knobs, live, teaching
from playground.ui.language import _, current

AFRESH = "afresh"  # a link carries it with a new value: what it does not set, it sets back
TRAINING = ("epochs", "learning_rate", "optimizer")


def link(lesson: Lesson, **knobs: str) -> dict[str, str]:
    """Return the query of a link to a lesson: it sets `knobs`, and all others to the tutorial's."""
    visit = st.session_state.get("_visit", "0")
    following = str(int(visit) + 1) if visit.isdecimal() and len(visit) < 9 else "1"
    stage = {} if lesson is LADDERS[lesson.ladder].lessons[0] else {"stage": lesson.slug}
    return {**stage, "lang": current(), **knobs, AFRESH: following}


def pick_lesson(ladder: Ladder) -> Lesson:
    """Show the lessons of `ladder` in their order, if there are several; return the chosen one."""
    rules = {name: rule for name, rule in KNOBS.items() if name not in ("ladder", "stage", "data")}
    choice.report_broken_link(rules)
    _enter(ladder)
    slugs = list(ladder.stages)
    if len(slugs) == 1:
        return ladder.lessons[0]
    if teaching.hidden("stage"):
        return ladder.stages.get(teaching.from_link("stage", slugs[0]), ladder.lessons[0])
    slug = choice.pick(
        _("Stage"),
        slugs,
        "stage",
        on_change=partial(_carry_over, ladder),
        disabled=teaching.locked("stage"),
    )
    return ladder.stages[slug]


def settings_for(lesson: Lesson) -> Settings:
    """Show the knobs of `lesson` and return what they say.

    A value that breaks its rule (only a forged one can) is named, and its default takes its place.
    """
    with st.sidebar:
        optimizer = knobs.optimizer(lesson)
        known = settings.knobs(lesson, optimizer)
        values = settings.defaults(lesson, optimizer)
        chosen: dict[str, Any] = {"optimizer": optimizer} if optimizer else {}
        chosen |= knobs.rate(values) | knobs.number("epochs", values, _("Epochs"), step=100)
        if optimizer:
            chosen |= knobs.options(optimizer, values)
        chosen |= knobs.problem(lesson, known, values)
        chosen |= knobs.device(lesson)
        st.toggle(
            _("Train at every change"),
            value=True,
            key="auto",
            persist_state="session",
            help=_("Runs of up to about a second start by themselves; longer ones wait for Train."),
        )
        if not (teaching.task().locked or teaching.task().hidden):
            st.button(
                _("Back to the tutorial's settings"),
                on_click=_set,
                args=(settings.defaults(lesson),),
                icon=":material/restart_alt:",
                width="stretch",
            )
    st.session_state["_knobs"] = ("stage", *known)
    st.session_state["_offered"] = (lesson.slug, values)
    checked = _checked(lesson, {k: v for k, v in chosen.items() if k in known}, optimizer)
    st.session_state.setdefault("_left", {})[lesson.ladder] = checked
    return checked


def _checked(lesson: Lesson, chosen: dict[str, Any], optimizer: str | None) -> Settings:
    for name in list(chosen):
        try:
            KNOBS[name].check(name, chosen[name])
        except ValueError as error:
            st.warning(live.plain(error))
            del chosen[name]
    try:
        return Settings.of(lesson.slug, ladder=lesson.ladder, **chosen)
    except ValueError as error:
        st.warning(live.plain(error))
        kept = {"optimizer": optimizer} if optimizer else {}
        return Settings.of(lesson.slug, ladder=lesson.ladder, **kept)


def _enter(ladder: Ladder) -> None:
    """Set the knobs for whoever comes from another page, or by a link that starts afresh.

    What the link does not set is as the visitor left this page or, in a link, as the tutorial's.
    """
    state, query = st.session_state, st.query_params.to_dict()
    visit = query.get(AFRESH)
    followed = bool(visit) and visit != state.get("_visit")
    before = state.get("_ladder", ladder.slug)
    state["_ladder"] = ladder.slug
    if followed:
        state["_visit"] = visit
        if state.get("_came_from") == state.get("_page"):
            # A link to the page it stands on leaves the address as it was; any change to the
            # parameters puts it right.
            del st.query_params[AFRESH]
    if not followed and before == ladder.slug:
        return
    left: Settings | None = state.get("_left", {}).get(ladder.slug)
    if left and not any(name in query for name in KNOBS):
        _set({name: value for name, value in vars(left).items() if name != "ladder"})
        return
    lesson = ladder.stages.get(query.get("stage", ""), ladder.lessons[0])
    try:
        values = settings.defaults(lesson, query.get("optimizer"))
    except ValueError:
        values = settings.defaults(lesson)
    values["stage"] = lesson.slug
    _set({name: value for name, value in values.items() if name not in query})


def _set(values: dict[str, Any]) -> None:
    """Turn the knobs to `values`."""
    for name, value in values.items():
        st.session_state[name] = value


def _carry_over(ladder: Ladder) -> None:
    """Move to another lesson: what the learner changed stays, the rest is the tutorial's.

    How to train stays only if the update rule does: a rate for SGD says nothing about RMSprop.
    """
    old_stage, old = st.session_state.get("_offered", (None, {}))
    stage = st.session_state["stage"]
    if stage not in ladder.stages or old_stage not in ladder.stages:
        return
    new = settings.defaults(ladder.stages[stage])

    def rule(slug: str, values: dict[str, Any]) -> tuple[Any, ...]:
        by_hand = "optimizer" not in ladder.stages[slug].knobs
        return ("SGD", 0.0) if by_hand else (values["optimizer"], values["momentum"])

    same_rule = rule(old_stage, old) == rule(stage, new)
    for name, value in new.items():
        how = name in TRAINING or any(name in o.options for o in OPTIMIZERS.values())
        changed = name in old and st.session_state.get(name, old[name]) != old[name]
        if not changed or (how and not same_rule):
            st.session_state[name] = value
