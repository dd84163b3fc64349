"""The knobs of the page of learning rates -> a lab, in the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.core import catalog, settings
from playground.core.i18n import N_
from playground.core.settings import KNOBS, Settings
from playground.features.learning_rates import knobs
from playground.features.learning_rates.knobs import FITS, FITTED, RULES, SHARED, Lab
from playground.ui import links, script, task
from playground.ui.knobs import builder, fit, held, sidebar
from playground.ui.knobs.builder import Values, ask
from playground.ui.language import _
from playground.ui.session import visit

SLUG = "learning_rates"
SWEPT = tuple(FITS)
TRAINING = ("epochs", "learning_rate", "momentum")
LABELS = {
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
OWN = {name: KNOBS[name] for name in (*SHARED, *TRAINING)} | dict(RULES)
OWN |= {"ladder": KNOBS["ladder"].only(SWEPT)}


@dataclass
class Shown:
    """The one rate that was run last."""

    rate: float | None = None


def link(**values: str) -> tuple[str, dict[str, str]]:
    """Return a link to this page: it sets the knobs named, and all others to the tutorial's."""
    return str(script(SLUG)), held.afresh(**values)


def lab(*, contest: bool = False) -> Lab:
    """Show the knobs in the sidebar and return the lab they make.

    contest: whether runs go on until they arrive, so that the epochs cannot be set.

    A value that breaks its rule (only a forged one can) is named, and its default takes its place.
    """
    links.report_broken_link({name: rule for name, rule in OWN.items() if name != "data"})
    held.enter(SLUG, OWN, usual=_usual, as_kept=_as_kept)
    with st.sidebar:
        ladder = ask(
            "ladder",
            SWEPT[0],
            _("Which fit"),
            rule=OWN["ladder"],
            menu=True,
            on_change=_take_fit,
            help=_ladders(),
        )
        chosen = _knobs(ladder, contest)
        sidebar.back(defaults(ladder))
    visit().knobs = (*FITTED[ladder], *TRAINING)
    found = knobs.lab(ladder, **sidebar.keep_valid(OWN, chosen))
    held.leave(SLUG, found)
    return found


def _ladders() -> str:
    """Say what each ladder fits."""
    item = _("`{ladder}`: {about}")
    abouts = {slug: _(catalog.LADDERS[slug].about) for slug in SWEPT}
    return "\n".join(f"- {item.format(ladder=s, about=about)}" for s, about in abouts.items())


def _knobs(ladder: str, contest: bool) -> dict[str, Any]:
    values, known = defaults(ladder), {*FITTED[ladder], "epochs", "momentum"}
    chosen: dict[str, Any] = {}
    if "target" in known:
        chosen["target"] = fit.target(values)
    if "data" in known:
        chosen["data"] = fit.own_points(values)
    idle = {}
    if chosen.get("data"):
        idle["points"] = _("Your own points take the place of these.")
    if contest:
        why = _("The challenge runs until it arrives; it knows no sweep.")
        idle |= dict.fromkeys(("epochs", "below", "above"), why)
    names = ("degree", "points", "noise", "seed", "epochs", "momentum")
    chosen |= _numbers([name for name in names if name in known], values, idle)
    if "centre" in known:
        chosen["centre"] = fit.centre(values)
    border = "2(1 + β)/λmax" if chosen["momentum"] else "2/λmax"
    return chosen | _numbers(["below", "above"], values, idle, border)


def _numbers(
    names: list[str], values: dict[str, Any], idle: dict[str, str], border: str = ""
) -> dict[str, Any]:
    """Show knobs that are numbers, two a row; `idle` says which cannot be turned, and why."""
    about = _("How far the rates reach to each side of {border}, in powers of ten.")
    about = about.format(border=border)
    enough = _("0: as far as it takes until every direction diverges, up to 3.")
    helps = {"below": about, "above": f"{about} {enough}"} | idle
    columns = st.columns(2)
    chosen: dict[str, Any] = {}
    for k, name in enumerate(sorted(names, key=task.hidden)):
        with columns[k % 2]:
            chosen[name] = ask(
                name,
                values[name],
                _(LABELS[name]),
                rule=OWN[name],
                step=STEPS.get(name, 1),
                help=helps.get(name),
                idle=name in idle,
            )
    return chosen


def defaults(ladder: str) -> dict[str, Any]:
    """Return the tutorial's values for the fit of a ladder, by the knobs' names."""
    values = settings.defaults(FITS[ladder], "SGD")
    names = (*SHARED, *TRAINING)
    return {name: values[name] for name in names} | {"below": 2.5, "above": 0.0}


def _usual(before: str) -> Values:
    """Return the tutorial's values or, for one who comes from the knobs of `before`, those."""
    ladder = st.query_params.get("ladder", before)
    ladder = ladder if ladder in SWEPT else SWEPT[0]
    return (as_left(ladder) if before else defaults(ladder)) | {"ladder": ladder}


def _as_kept(lab: Lab) -> Values:
    """Return the knobs' values of a lab that was left, with the one rate that was run there."""
    values = {name: getattr(lab.fit, name) for name in (*SHARED, *TRAINING, "ladder")}
    rate = visit().part(Shown).rate
    fresh = {} if rate is None else {"learning_rate": rate}
    return values | {"below": lab.below, "above": lab.above} | fresh


def as_left(ladder: str) -> dict[str, Any]:
    """Return the knobs' values as the visitor left the page of a ladder, if they were there.

    How to train stays theirs only if they trained by plain descent: another optimizer's rate says
    nothing here.
    """
    values = defaults(ladder)
    left: Settings | None = held.as_left(ladder)
    if isinstance(left, Settings):
        names = (*SHARED, *TRAINING) if left.lesson.quadratic and left.plain_descent else SHARED
        values |= {name: getattr(left, name) for name in names}
    return values


def _take_fit() -> None:
    ladder = st.session_state["ladder"]
    if ladder in SWEPT:
        builder.turn(as_left(ladder))


def waits(lab: Lab) -> bool:
    """Ask for the prediction that a task's link wants first; return whether it is still to come."""
    rate = builder.known("learning_rate", defaults(lab.fit.ladder))
    return task.task().predict and task.predict(knobs.replayed(lab, rate)) is None


def rate(ladder: str, label: str) -> float:
    """Show the one rate that is run, typed and in the link, and return it."""
    chosen: float = fit.rate(defaults(ladder), label, slider=False)
    visit().part(Shown).rate = chosen
    return chosen
