"""What the page about accumulation shows: its knobs, its figures, their numbers, their code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.core import catalog
from playground.core.i18n import N_
from playground.core.plotting import Figure
from playground.core.settings import Knob
from playground.features.accumulation import job, knobs, predictions, words
from playground.features.accumulation.figures import curves, gradients
from playground.features.accumulation.knobs import TABS, Forgotten, Loop, MicroBatches, Retain
from playground.features.accumulation.predictions import QUESTIONS
from playground.features.accumulation.results import Cleared, Division, Fit, Walk
from playground.ui import language, links, task, workers
from playground.ui.kit import charts
from playground.ui.knobs.builder import ask, pick
from playground.ui.language import _

LABELS = {
    "clearing": N_("How .grad is cleared"),
    "steps": N_("Steps"),
    "operation": N_("z is made by a"),
    "retain_graph": "retain_graph",
    "calls": N_("Backward calls"),
    "k": N_("Parts k"),
    "cut": N_("Size of the parts"),
    "rate": N_("Learning rate"),
    "fit_rate": N_("Learning rate"),
    "fit_epochs": N_("Epochs"),
}
RATE_STEPS = {"rate": 1e-3, "fit_rate": 5e-7}


def show() -> None:
    """Show the page."""
    part = pick_part()
    settings = settings_for(part)
    if waits(part, settings):
        return
    results = workers.computed(job.OF_TAB[part](settings))
    compare(part, settings, results)
    left, right = st.columns(2, gap="medium")
    with left:
        figures_of(part, settings, results)
    with right:
        explain(part)


def pick_part() -> str:
    """Show the parts of the page and return the chosen one."""
    part = pick(_("Part"), list(TABS), "part")
    st.markdown(_(words.HEADLINES[part]))
    return part


def settings_for(part: str) -> Any:
    """Show the knobs of a part and return its settings.

    A value that breaks its rule (only a forged link has one) is named, and the default is taken.
    """
    kind = TABS[part]
    usual = kind()
    notes = st.container()
    links.report_broken_link(knobs.rules(kind), notes)
    with st.container(horizontal=True, vertical_alignment="top", gap="medium"):
        chosen = {
            name: _ask(name, rule, getattr(usual, name)) for name, rule in knobs.rules(kind).items()
        }
    try:
        return kind(**chosen)
    except ValueError as error:
        notes.warning(workers.plain(error))
        return usual


def _ask(name: str, rule: Knob, value: Any) -> Any:
    """Show a knob of this page, and return what it says."""
    label = _(LABELS[name])
    if rule.kind is int:
        step = 10 if rule.high > 100 else 1
        return ask(name, value, label, rule=rule, slider=True, step=step, width=220)
    if rule.kind is float:
        more: dict[str, Any] = {"step": RATE_STEPS[name], "format": "%.3e", "width": 180}
        return ask(name, value, label, rule=rule, **more)
    if rule.choices:
        return ask(name, value, label, rule=rule, wrap=True)
    return ask(name, value, label, rule=rule)


def waits(part: str, settings: Any) -> bool:
    """Ask for the prediction that a task's link wants first; return whether it is still to come."""
    asked = QUESTIONS.get(part)
    if asked is None or not task.task().predict:
        return False
    return task.predict((part, settings), asked.text, asked.answers) is None


def compare(part: str, settings: Any, results: list[Any]) -> None:
    """Set the prediction, if one was asked for, beside what happened."""
    if part in QUESTIONS:
        happened = predictions.happened(part, settings, results)
        said = predictions.why(part, settings, results, _)
        task.compare((part, settings), happened, said, QUESTIONS[part].answers)


def figures_of(part: str, settings: Any, results: list[Any]) -> None:
    """Show the figures and the numbers of a part."""
    parts: dict[str, Callable[[Any, list[Any]], None]] = {
        "loop": _show_loop,
        "retain": _show_retain,
        "micro_batches": _show_micro_batches,
        "forgotten": _show_forgotten,
    }
    parts[part](settings, results)


def explain(part: str) -> None:
    """Show the text of a part around the code that ran."""
    opening, rest = words.prose(part, language.current())
    st.markdown(opening)
    st.code(catalog.source("autograd", f"accumulate_{part}"), language="python")
    st.markdown(rest)


def _chart(figure: Figure, alt: str) -> None:
    charts.show(figure, alt)


def _show_loop(settings: Loop, results: list[Cleared]) -> None:
    ways = {cleared.clearing: cleared for cleared in results}
    chosen = ways[settings.clearing]
    said = words.said_of_loop(chosen, _)
    _chart(gradients.buckets(chosen, _), alt=said)
    st.info(said, icon=":material/water_drop:")
    st.table(
        {
            _("clearing"): [f"{'▸ ' if way == settings.clearing else ''}`{way}`" for way in ways],
            _(".grad, each step"): [_numbers(c.after_backward) for c in results],
            _("then"): [_numbers(c.after_clearing[-1:]) for c in results],
            _("next in the same tensor"): [_("yes") if c.same_tensor else _("no") for c in results],
            _("the first .grad, kept aside"): [f"{c.first[0]:g}" for c in results],
        },
        hide_index=True,
    )


def _numbers(grads: tuple[tuple[float, ...] | None, ...]) -> str:
    return ", ".join("None" if grad is None else f"{grad[0]:g}" for grad in grads)


def _show_retain(settings: Retain, results: list[Walk]) -> None:
    walks = {(walk.operation, walk.retain_graph): walk for walk in results}
    walk = walks[settings.operation, settings.retain_graph]
    said = words.said_of_walk(walk, _)
    last = walk.calls[-1]
    alt = _("Bars of b.grad and w.grad after each call, up to {b:g} and {w:g}.")
    _chart(gradients.calls(walk, _), alt=alt.format(b=last.b_grad, w=last.w_grad))
    if walk.error:
        st.error(workers.plain(walk.error), icon=":material/error:")
    st.info(said, icon=":material/account_tree:")
    st.table(
        {
            _("call"): [_("before"), *map(str, range(1, len(walk.calls)))],
            "b.grad": [_grad(call.b_grad) for call in walk.calls],
            "w.grad": [_grad(call.w_grad) for call in walk.calls],
            _("kept in the graph"): [
                (f"~~{kept}~~ " + _("(freed)") if call.freed else kept)
                for call in walk.calls
                for kept in [", ".join(call.keeps) or _("nothing")]
            ],
        },
        hide_index=True,
    )


def _grad(value: float | None) -> str:
    return "None" if value is None else f"{value:g}"


def _show_micro_batches(settings: MicroBatches, results: list[Division]) -> None:
    divisions = {division.divide: division for division in results}
    said = words.said_of_parts(settings, divisions, _)
    alt = _("Gradients for a and b: the parts' arrows, tip to tail, beside the full batch's.")
    _chart(curves.arrows(divisions, _), alt=alt + " " + " ".join(said))
    for sentence in said:
        st.info(sentence, icon=":material/conversion_path:")
    floor = knobs.mean_loss().floor
    ends = [words.number(d.loss[-1]) if len(d.loss) == knobs.UPDATES else "∞" for d in results]
    names = [_(curves.DIVISION_NAMES[d.divide]) for d in results]
    each = ", ".join(f"{name} {end}" for name, end in zip(names, ends, strict=True))
    alt = _("Loss over {steps} steps, at the end: {ends}.")
    alt = alt.format(steps=knobs.UPDATES, ends=each)
    _chart(curves.losses(divisions, floor, _), alt=alt)
    full = divisions["full"]
    st.table(
        {
            _("gradient"): names,
            _("length, × full"): [f"{d.times(full):.4g}" for d in results],
            _("off by, × full"): [f"{d.off(full):.2g}" for d in results],
            _("loss after {steps} steps").format(steps=knobs.UPDATES): ends,
        },
        hide_index=True,
    )
    sizes = ", ".join(map(str, settings.sizes))
    st.caption(_("Points in each part: {sizes}. Computed in float64.").format(sizes=sizes))


def _show_forgotten(settings: Forgotten, results: list[Fit]) -> None:
    fits = {fit.update: fit for fit in results}
    best = knobs.summed_loss()
    said = words.said_of_fits(settings, fits, _)
    alt = _("Loss of three fits, and the gradient of a that each step used.")
    figure = curves.forgotten(fits, best.floor, _)
    _chart(figure, alt=alt + " " + " ".join(said))
    st.warning(said[0], icon=":material/waves:")
    st.info(said[1], icon=":material/balance:")
    with st.container(horizontal=True):
        for fit in results:
            label = _(curves.UPDATE_NAMES[fit.update])
            last = _("diverged") if fit.diverged else words.number(fit.loss[-1])
            beside = _("lowest {low:.4g}").format(low=fit.loss.min())
            st.metric(label, last, beside, "off", delta_arrow="off", width="content")
        st.metric(
            _("Floor"),
            f"{best.floor:.4g}",
            _("least squares"),
            "off",
            delta_arrow="off",
            width="content",
        )
