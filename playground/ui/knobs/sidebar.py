"""Settings -> knobs; what they hold when a visitor comes, goes and changes the lesson."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from playground.core import settings
from playground.core.catalog import LADDERS, Ladder, Lesson
from playground.core.settings import KNOBS, OPTIMIZERS, Knob, Settings
from playground.ui import links, task, workers
from playground.ui.knobs import builder, fit, training
from playground.ui.knobs.builder import ask
from playground.ui.language import _, current
from playground.ui.session import visit

AFRESH = "afresh"  # a link carries it with a new value: what it does not set, it sets back
TRAINING = ("epochs", "learning_rate", "optimizer")


@dataclass
class Held:
    """What the knobs of a visit hold.

    followed: the number of the last link that started afresh. by: whose knobs they were last, as
    `arrive` names them. left: what each page's knobs were when it was left. offered: the lesson
    that is shown, and what its knobs would be if nobody turned them.
    """

    followed: str = ""
    by: str = ""
    left: dict[str, Any] = field(default_factory=dict)
    offered: tuple[str, dict[str, Any]] = ("", {})


def leave(slug: str, values: Any) -> None:
    """Keep what the knobs of `slug` are, for when the visitor comes back to them."""
    visit().part(Held).left[slug] = values


def as_left(slug: str) -> Any:
    """Return what `leave` has kept for `slug`, or None."""
    return visit().part(Held).left.get(slug)


def link(lesson: Lesson, **knobs: str) -> dict[str, str]:
    """Return the query of a link to a lesson: it sets `knobs`, and all others to the tutorial's.

    On a page with a task it keeps that, and what it locks and hides.
    """
    stage = {} if lesson is LADDERS[lesson.ladder].lessons[0] else {"stage": lesson.slug}
    return stage | afresh(**knobs)


def afresh(**knobs: str) -> dict[str, str]:
    """Return the query of a link to a page: it sets `knobs`, and all others to the tutorial's."""
    last = visit().part(Held).followed
    following = str(int(last) + 1) if last.isdecimal() and len(last) < 9 else "1"
    return {"lang": current(), **knobs, **task.kept(), AFRESH: following}


@dataclass(frozen=True)
class Arrival:
    """How a visitor comes to a page's knobs: from those of `before`; `followed` a link afresh."""

    before: str
    followed: bool


def arrive(slug: str) -> Arrival | None:
    """Return how the visitor comes to the knobs of `slug`; None if they have them already.

    A link that starts afresh counts, as it brings them back to the beginning.
    """
    held, afresh = visit().part(Held), st.query_params.get(AFRESH)
    followed = bool(afresh) and afresh != held.followed
    before, held.by = held.by or slug, slug
    if followed:
        held.followed = afresh or ""
        if visit().came_from == visit().page:
            # A link to the page it stands on leaves the address as it was; any change to the
            # parameters puts it right.
            del st.query_params[AFRESH]
    return Arrival(before, followed) if followed or before != slug else None


def fill(values: Mapping[str, Any], rules: Mapping[str, Knob]) -> None:
    """Turn all knobs of a page, those a task locks too: to `values` and, before them, the link's.

    Pages share names of knobs, and what no run sets may still become what another page left.
    """
    linked = {}
    for name, text in st.query_params.to_dict().items():
        if name in rules:
            with suppress(ValueError):
                linked[name] = rules[name].parse(name, text)
    st.session_state.update({**values, **linked})


def own(slug: str, usual: Mapping[str, Any]) -> None:
    """Keep the knobs in `usual` apart from those of other pages that have the same names."""
    left = visit().part(Held).left
    if arrive(slug) or slug not in left:
        fill(left.get(slug, usual), {name: KNOBS[name] for name in usual})
    left[slug] = {name: st.session_state[name] for name in usual}


def pick_lesson(ladder: Ladder) -> Lesson:
    """Show the lessons of `ladder` in their order, if there are several; return the chosen one."""
    stages = KNOBS["stage"].only(ladder.stages)
    rules = {name: rule for name, rule in KNOBS.items() if name not in ("ladder", "data")}
    links.report_broken_link(rules | {"stage": stages})
    _enter(ladder)
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
    visit().part(Held).offered = (lesson.slug, values)
    checked = _checked(lesson, {k: v for k, v in chosen.items() if k in known}, optimizer)
    leave(lesson.ladder, checked)
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
    """Show how many points there are, what is added to them, and the seed of every chance.

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
            st.number_input(_("Degree"), value=values["degree"], disabled=True, help=_(why))
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


def _enter(ladder: Ladder) -> None:
    """Set the knobs for whoever comes from another page, or by a link that starts afresh.

    What the link does not set is as the visitor left this page or, in a link, as the tutorial's.
    """
    arrival = arrive(ladder.slug)
    if not arrival:
        return
    rules = {name: rule for name, rule in KNOBS.items() if name != "ladder"}
    rules["stage"] = rules["stage"].only(ladder.stages)
    query = st.query_params.to_dict()
    left: Settings | None = as_left(ladder.slug)
    if left and not arrival.followed and not query.keys() & rules.keys():
        fill({name: getattr(left, name) for name in rules}, {})
        return
    lesson = ladder.stages.get(query.get("stage", ""), ladder.lessons[0])
    try:
        settings.knobs(lesson, query.get("optimizer"))
        values = settings.defaults(lesson, query.get("optimizer"))
    except ValueError:
        values = settings.defaults(lesson)
        del rules["optimizer"]
    fill({**values, "stage": lesson.slug}, rules)


def _carry_over(ladder: Ladder) -> None:
    """Move to another lesson: what the learner changed stays, the rest is the tutorial's.

    How to train stays only if the update rule does: a rate for SGD says nothing about RMSprop.
    """
    old_stage, old = visit().part(Held).offered
    stage = st.session_state["stage"]
    if stage not in ladder.stages or old_stage not in ladder.stages:
        return
    new = settings.defaults(ladder.stages[stage])

    def rule(slug: str, values: dict[str, Any]) -> tuple[Any, ...]:
        by_hand = "optimizer" not in ladder.stages[slug].knobs
        return ("SGD", 0.0) if by_hand else (values["optimizer"], values["momentum"])

    same_rule = rule(old_stage, old) == rule(stage, new)
    fresh = {}
    for name, value in new.items():
        how = name in TRAINING or any(name in o.options for o in OPTIMIZERS.values())
        changed = name in old and st.session_state.get(name, old[name]) != old[name]
        if not changed or (how and not same_rule):
            fresh[name] = value
    builder.turn(fresh)
