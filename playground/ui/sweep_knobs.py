"""The knobs of the page of learning rates -> a lab, in the link."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground import catalog, settings
from playground.i18n import N_
from playground.settings import KNOBS, Knob, Settings
from playground.sweep import setup
from playground.sweep.setup import RULES, STAGES, Lab
from playground.ui import PAGES, choice, controls, knobs, live, points, teaching
from playground.ui.language import _

SLUG = "learning_rates"
LADDERS = tuple(STAGES)
SHARED = ("target", "data", "points", "noise", "seed", "degree", "centre")
TRAINING = ("epochs", "learning_rate", "momentum")
KNOWN: dict[str, tuple[str, ...]] = {
    "polynomial": ("target", "degree", "points", "noise", "seed"),
    "one_weight": (),
    "linear_regression": ("data", "points", "noise", "seed", "centre"),
}
LABELS = {
    "target": N_("Target function"),
    "degree": N_("Degree"),
    "points": N_("Points"),
    "noise": N_("Noise"),
    "seed": N_("Seed"),
    "epochs": N_("Epochs"),
    "momentum": N_("Momentum"),
    "below": N_("Decades below"),
    "above": N_("Decades above"),
}
STEPS = {"points": 100, "noise": 0.1, "epochs": 100, "momentum": 0.05, "below": 0.5, "above": 0.5}


def link(**knobs: str) -> tuple[str, dict[str, str]]:
    """Return a link to this page: it sets `knobs`, and all others to the tutorial's."""
    query = controls.link(catalog.LADDERS["polynomial"].lessons[0], **knobs)
    query.pop("stage", None)  # this page has no stages
    return str(PAGES / f"{SLUG}.py"), query


def lab(*, contest: bool = False) -> Lab:
    """Show the knobs in the sidebar and return the lab they make.

    contest: whether a run goes on until it arrives, so that what says how far is idle.

    A value that breaks its rule (only a forged one can) is named, and its default takes its place.
    """
    rules = {name: KNOBS[name] for name in (*SHARED, *TRAINING) if name != "data"} | dict(RULES)
    choice.report_broken_link(rules | {"ladder": KNOBS["ladder"].only(LADDERS)})
    _enter()
    with st.sidebar:
        ladder = st.selectbox(
            _("Which fit"),
            LADDERS,
            key="ladder",
            bind="query-params",
            on_change=_take_fit,
            help=_(
                "`polynomial`: the sine and others. `one_weight`: four points of y = 2x. "
                "`linear_regression`: a line through points, yours too."
            ),
        )
        ladder = ladder if ladder in LADDERS else LADDERS[0]
        chosen = _knobs(ladder, contest)
    st.session_state["_knobs"] = (*KNOWN[ladder], *TRAINING)
    found = _checked(ladder, chosen)
    st.session_state.setdefault("_left", {})[SLUG] = found
    return found


def _knobs(ladder: str, contest: bool) -> dict[str, Any]:
    values = defaults(ladder)
    known = {*KNOWN[ladder], "epochs", "momentum"}
    shown = {name for name in known if not teaching.hidden(name)}
    chosen = {name: teaching.from_link(name, values[name]) for name in known - shown}
    chosen |= _fit(shown, values)
    idle = dict.fromkeys(teaching.task().locked, "")
    if chosen.get("data"):
        idle["points"] = _("Your own points take the place of these.")
    if contest:
        why = _("The challenge runs until it arrives; it knows no sweep.")
        idle |= dict.fromkeys(("epochs", "below", "above"), why)
    names = ("degree", "points", "noise", "seed", "epochs", "momentum")
    chosen |= _numbers([name for name in names if name in shown], values, idle)
    if "centre" in shown:
        locked = teaching.locked("centre")
        chosen["centre"] = st.toggle(
            _("Centre x"), values["centre"], key="centre", bind="query-params", disabled=locked
        )
    chosen |= _numbers(["below", "above"], values, idle)
    _back(ladder)
    return chosen


def _fit(shown: set[str], values: dict[str, Any]) -> dict[str, Any]:
    """Show what is fitted, where that is no number."""
    chosen: dict[str, Any] = {}
    if "target" in shown:
        chosen["target"] = knobs.target(values["target"])
    if "data" in shown:
        count, locked = st.session_state.get("points", values["points"]), teaching.locked("data")
        chosen["data"] = teaching.from_link("data", "") if locked else points.given(count)
    return chosen


def _back(ladder: str) -> None:
    """Show the way back to the tutorial's settings, unless a task says which to have."""
    if not (teaching.task().locked or teaching.task().hidden):
        st.button(
            _("Back to the tutorial's settings"),
            on_click=_set,
            args=(defaults(ladder),),
            icon=":material/restart_alt:",
            width="stretch",
        )


def _numbers(names: list[str], values: dict[str, Any], idle: dict[str, str]) -> dict[str, Any]:
    """Show the widgets of knobs that are numbers, two a row, and return what they say."""
    about = _("How far the rates reach to each side of 2/λmax, in powers of ten.")
    enough = _("0: as far as it takes until every direction diverges.")
    helps = {"below": about, "above": f"{about} {enough}"} | idle
    columns = st.columns(2)
    chosen: dict[str, Any] = {}
    for k, name in enumerate(names):
        rule: Knob = KNOBS.get(name) or RULES[name]
        chosen[name] = columns[k % 2].number_input(
            _(LABELS[name]),
            min_value=rule.kind(rule.low),
            max_value=rule.kind(rule.high),
            value=rule.kind(values[name]),
            step=rule.kind(STEPS.get(name, 1)),
            format="%d" if rule.kind is int else "%.6g",
            key=name,
            bind="query-params",
            help=helps.get(name) or None,
            disabled=name in idle,
        )
    return chosen


def defaults(ladder: str) -> dict[str, Any]:
    """Return the tutorial's values for the fit of a ladder, by the knobs' names."""
    values = settings.defaults(catalog.LADDERS[ladder].stages[STAGES[ladder]], "SGD")
    names = (*SHARED, *TRAINING)
    return {name: values[name] for name in names} | {"below": 2.5, "above": 0.0}


def _checked(ladder: str, chosen: dict[str, Any]) -> Lab:
    known = {**KNOBS, **RULES}
    for name in list(chosen):
        try:
            known[name].check(name, chosen[name])
        except ValueError as error:
            st.warning(live.plain(error))
            del chosen[name]
    return setup.lab(ladder, **chosen)


def _enter() -> None:
    """Set the knobs for whoever comes from another page, or by a link that starts afresh.

    What the link does not set is as the visitor left this page; at the first visit, as they left
    the page they come from; by a link that starts afresh, as the tutorial's.
    """
    state, query = st.session_state, st.query_params.to_dict()
    visit = query.get(controls.AFRESH)
    followed = bool(visit) and visit != state.get("_visit")
    before = state.get("_ladder", SLUG)
    state["_ladder"] = SLUG
    if followed:
        state["_visit"] = visit
    if not followed and before == SLUG:
        return
    left: dict[str, Any] = state.get("_left", {})
    mine: Lab | None = left.get(SLUG)
    named = any(name in query for name in (*SHARED, *TRAINING, *RULES, "ladder"))
    if mine and not named:
        rate = state.get("_lab_rate", defaults(mine.fit.ladder)["learning_rate"])
        values = {name: getattr(mine.fit, name) for name in (*SHARED, *TRAINING, "ladder")}
        _set(values | {"below": mine.below, "above": mine.above, "learning_rate": rate})
        return
    ladder = query.get("ladder") or (before if before in LADDERS and not named else LADDERS[0])
    ladder = ladder if ladder in LADDERS else LADDERS[0]
    values = defaults(ladder) if followed or named else as_left(ladder)
    values["ladder"] = ladder
    _set({name: value for name, value in values.items() if name not in query})


def as_left(ladder: str) -> dict[str, Any]:
    """Return the knobs' values as the visitor left the page of a ladder, if they were there.

    How to train stays theirs only if they trained by plain descent: another optimizer's rate says
    nothing here.
    """
    values = defaults(ladder)
    left: Settings | None = st.session_state.get("_left", {}).get(ladder)
    if isinstance(left, Settings):
        names = (*SHARED, *TRAINING) if left.lesson.quadratic and left.plain_descent else SHARED
        values |= {name: getattr(left, name) for name in names}
    return values


def _take_fit() -> None:
    ladder = st.session_state["ladder"]
    if ladder in LADDERS:
        _set(as_left(ladder))


def _set(values: dict[str, Any]) -> None:
    """Turn the knobs to `values`."""
    for name, value in values.items():
        st.session_state[name] = value


def rate(ladder: str, label: str) -> float:
    """Show the one rate that is run, typed and in the link, and return it."""
    rule = KNOBS["learning_rate"]
    value = float(defaults(ladder)["learning_rate"])
    if teaching.hidden("learning_rate"):
        return float(teaching.from_link("learning_rate", value))
    chosen = st.number_input(
        label,
        min_value=rule.low,
        max_value=rule.high,
        value=value,
        step=value / 10,
        format="%.3e",
        key="learning_rate",
        bind="query-params",
        width=200,
        disabled=teaching.locked("learning_rate"),
    )
    st.session_state["_lab_rate"] = chosen
    return float(chosen)
