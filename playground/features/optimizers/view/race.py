"""What a race shows: the figure to press and replay, the ranking, a step taken apart, the code."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from playground.core import catalog
from playground.core.relief import View
from playground.core.rounding import to_digits
from playground.core.settings import Knob
from playground.features.optimizers import arena, job, knobs, words
from playground.features.optimizers.figures import arrows, replay
from playground.features.optimizers.knobs import Race
from playground.features.optimizers.problems import OWN
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Apart, Landscape, Run
from playground.features.optimizers.view import race_knobs
from playground.ui import workers
from playground.ui.kit import charts, components
from playground.ui.knobs.builder import ask, pick
from playground.ui.language import _

ROUNDING = 1e-6  # beyond this, a difference is more than the rounding of the steps

_pick_start = st.components.v2.component("pick_start", js=components.script("pick_start", __file__))


def run(of: Race) -> tuple[Landscape, list[Run]]:
    """Run the race; return the function and the runs."""
    landscape, *runs = workers.computed(job.run(of))
    assert isinstance(landscape, Landscape)
    return landscape, [run for run in runs if isinstance(run, Run)]


def goal(of: Race, landscape: Landscape, runs: list[Run]) -> float:
    """Show the loss that wins, and return it."""
    usual = arena.goal(of.problem, landscape, float(runs[0].loss[0]))
    key = f"{of.problem} {of.start}" if of.problem.slug == OWN else str(of.problem)
    step = abs(usual) / 10 or 0.1
    value: float = race_knobs.number(
        "race_target", _("Target loss"), knobs.GOAL, usual, key, step=step
    )
    return value


def figure(of: Race, landscape: Landscape, runs: list[Run], goal: float) -> None:
    """Show the race, to press for another start, to hover and to replay."""
    slot = st.container(key="race_figure")
    with st.container(horizontal=True, vertical_alignment="center"):
        view = charts.pick_view(_("The function"), "race_view")
        st.caption(_hint(of, view))
    chart = replay.race(of, landscape, runs, goal, view, _)
    with slot:
        charts.show(chart, words.alt(of, runs, goal, _))
    charts.replay_controls()
    if view.kind == "contour":
        _pick_start(key="pick_start", height=0, on_start_change=take_start)


def _hint(of: Race, view: View) -> str:
    """Return what can be done with the figure, and what is cut off it."""
    said = []
    if view.kind == "contour":
        said.append(
            _("Press on the levels to start there. ✕ marks the lowest points, ○ the start.")
        )
    if of.problem.free:
        said.append(_("The levels are cut where the other two weights are at their best."))
    return " ".join(said)


def take_start() -> None:
    """Start where the visitor pressed."""
    picked: dict[str, Any] = st.session_state["pick_start"].start or {}
    place = [coordinate(picked.get(name)) for name in ("x", "y")]
    if None not in place:
        st.session_state["race_x"], st.session_state["race_y"] = place


def coordinate(value: object) -> float | None:
    """Return a coordinate from a browser, to three digits and within bounds; None if it is none."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(max(to_digits(value, 3), knobs.PLACE.low), knobs.PLACE.high)


def ranking(of: Race, runs: list[Run], goal: float) -> None:
    """Show who won, in words and as a table."""
    gone = words.diverged(runs, _)
    there = abs(goal) <= knobs.ABSURD and any(run.reaches(goal) is not None for run in runs)
    show = st.success if there else st.warning
    show(words.result(of, runs, goal, _), icon=":material/sports_score:")
    if gone:
        st.error(gone, icon=":material/error:")
    for run in runs:
        if run.error:
            st.error(words.raised(run, _), icon=":material/error:")
            st.code(str(run.error), language=None, wrap_lines=True)
    outside = words.outside(runs, *arena.arena(of.problem).window(of.start), _)
    if outside:
        st.caption(outside)
    st.table(words.table(of, runs, goal, _), hide_index=True)


def code(of: Race) -> None:
    """Show the code that ran: the loop, and the function."""
    loop, function = st.tabs([_("The race"), _("The function")])
    loop.code(catalog.source("optimizers", "race"), language="python")
    if of.problem.slug == OWN:
        function.code(knobs.parse(of.problem.formula).text, language="python")
    else:
        lesson = "fits" if of.problem.settings else "surfaces"
        function.code(catalog.source("optimizers", lesson), language="python")


@st.fragment
@workers.told()
def apart(of: Race) -> None:
    """Show one step of one racer: its quantities as arrows and numbers, torch's state, by hand."""
    slug = pick(_("Racer"), [racer.slug for racer in of.racers], "apart", collapsed=False)
    st.caption(_(RACERS[slug].about))
    epoch = _pick_epoch(of.steps - 1)
    found = workers.computed(job.apart(of, slug, epoch))
    if not found:
        st.warning(_("This racer made no step that can be taken apart."))
        return
    (taken,) = found
    st.markdown(words.step(taken, of.problem.trained, _))
    chart = arrows.step(taken, of.problem, _)
    alt = _("{racer}'s gradient, its state and its step at epoch {epoch}, as arrows.")
    charts.show(chart, alt.format(racer=slug, epoch=taken.epoch))
    st.caption(_("The step is drawn to scale; what made it shares another scale."))
    _quantities(taken)
    _state(taken)


def _pick_epoch(last: int) -> int:
    """Show the epochs of the steps and return the chosen one."""
    if not last:
        return 0
    key = "apart_epoch"
    if st.session_state.get(key, 0) > last:
        st.session_state[key] = last
    rule = Knob(kind=int, low=0, high=last)
    return int(ask(key, min(5, last), _("Epoch"), rule=rule, slider=True))


def _quantities(taken: Apart) -> None:
    """Show the numbers of a step, by torch and by hand."""
    columns = {
        _("quantity"): [f"`{part.name}`" for part in taken.quantities],
        "torch": [_numbers(part.torch) for part in taken.quantities],
    }
    if any(part.by_hand for part in taken.quantities):
        columns[_("by hand")] = [_numbers(part.by_hand) for part in taken.quantities]
    names = words.QUANTITIES
    columns[_("what it is")] = [
        _(names[p.name]) if p.name in names else "" for p in taken.quantities
    ]
    st.table(columns, hide_index=True)


def _numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.5g}" for value in values) or words.NEVER


def _state(taken: Apart) -> None:
    """Show what the optimizer remembers after the step."""
    st.markdown(_("What it remembers after this step, `optimizer.state_dict()`:"))
    if taken.state:
        names, values = zip(*taken.state, strict=True)
        st.table({_("name"): [f"`{n}`" for n in names], _("value"): list(values)}, hide_index=True)
    else:
        st.caption(_("Nothing: this optimizer needs no past."))


@st.fragment
@workers.told()
def by_hand(of: Race) -> None:
    """Show the steps that are written by hand here, and how far they are from torch's own."""
    slugs = [racer.slug for racer in of.racers if racer.by_hand]
    if not slugs:
        st.caption(words.written_by_hand(_))
        return
    slug = pick(_("Racer"), slugs, "by_hand")
    found = workers.computed(job.apart(of, slug, of.steps - 1))
    if found:
        text = _(
            "Over {steps} steps of this race, its weights and torch's differ by at most {off:.2g} "
            "of the largest weight: rounding, as a float64 has 16 digits."
        )
        if found[0].off > ROUNDING:
            text = _(
                "Over {steps} steps of this race, its weights and torch's come to differ by "
                "{off:.2g} of the largest weight: a rounding that this path magnifies at every "
                "step."
            )
        st.success(text.format(steps=found[0].epoch + 1, off=found[0].off), icon=":material/check:")
    st.code(catalog.source("optimizers", RACERS[slug].by_hand), language="python")


def tries() -> None:
    """Show races worth a look: a button that sets the knobs, and what to look for."""
    st.subheader(_("Three things to try"), anchor=False)
    for attempt in words.TRIES:
        label, text = words.attempt(attempt, _)
        st.button(
            label,
            icon=":material/play_arrow:",
            key=f"try_{attempt.knobs['problem']}",
            on_click=race_knobs.turn,
            args=(attempt.knobs,),
        )
        st.markdown(text)
