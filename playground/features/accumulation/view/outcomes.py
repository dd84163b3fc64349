"""What came of each part of the page: its figures, what they say, and its numbers."""

from __future__ import annotations

import streamlit as st

from playground.core.i18n import joined
from playground.features.accumulation import knobs, words
from playground.features.accumulation.figures import curves, gradients
from playground.features.accumulation.knobs import Forgotten, Loop, MicroBatches, Retain
from playground.features.accumulation.results import Cleared, Division, Fit, Walk
from playground.ui import workers
from playground.ui.kit import charts
from playground.ui.language import _


def loop(settings: Loop, results: list[Cleared]) -> None:
    """Show what `.grad` held at each step, and all ways to clear beside the chosen one."""
    ways = {cleared.clearing: cleared for cleared in results}
    chosen = ways[settings.clearing]
    said = words.said_of_loop(chosen, _)
    charts.show(gradients.buckets(chosen, _), alt=said)
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
    return _(", ").join("None" if grad is None else f"{grad[0]:g}" for grad in grads)


def retain(settings: Retain, results: list[Walk]) -> None:
    """Show what each backward call added, and what the graph kept for it."""
    walks = {(walk.operation, walk.retain_graph): walk for walk in results}
    walk = walks[settings.operation, settings.retain_graph]
    said = words.said_of_walk(walk, _)
    last = walk.calls[-1]
    alt = _("Bars of b.grad and w.grad after each call, up to {b:g} and {w:g}.")
    charts.show(gradients.calls(walk, _), alt=alt.format(b=last.b_grad, w=last.w_grad))
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
                for kept in [_(", ").join(call.keeps) or _("nothing")]
            ],
        },
        hide_index=True,
    )


def _grad(value: float | None) -> str:
    return "None" if value is None else f"{value:g}"


def micro_batches(settings: MicroBatches, results: list[Division]) -> None:
    """Show the parts' gradients and the losses of the fits they drive."""
    divisions = {division.divide: division for division in results}
    said = words.said_of_parts(settings, divisions, _)
    alt = _("Gradients for a and b: the parts' arrows, tip to tail, beside the full batch's.")
    charts.show(curves.arrows(divisions, _), alt=joined([alt, *said], _))
    for sentence in said:
        st.info(sentence, icon=":material/conversion_path:")
    floor = knobs.mean_loss().floor
    ends = [words.number(d.loss[-1]) if len(d.loss) == knobs.UPDATES else "∞" for d in results]
    names = [_(curves.DIVISION_NAMES[d.divide]) for d in results]
    each = _(", ").join(f"{name} {end}" for name, end in zip(names, ends, strict=True))
    alt = _("Loss over {steps} steps, at the end: {ends}.")
    alt = alt.format(steps=knobs.UPDATES, ends=each)
    charts.show(curves.losses(divisions, floor, _), alt=alt)
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
    sizes = _(", ").join(map(str, settings.sizes))
    st.caption(_("Points in each part: {sizes}. Computed in float64.").format(sizes=sizes))


def forgotten(settings: Forgotten, results: list[Fit]) -> None:
    """Show the losses of the three fits, and where each ended."""
    fits = {fit.update: fit for fit in results}
    best = knobs.summed_loss()
    said = words.said_of_fits(settings, fits, _)
    alt = _("Loss of three fits, and the gradient of a that each step used.")
    figure = curves.forgotten(fits, best.floor, _)
    charts.show(figure, alt=joined([alt, *said], _))
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
