"""What the page of learning rates shows: the sweep, one rate's run, the bases."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from playground.core import catalog
from playground.core.history import History
from playground.core.run import Run
from playground.core.settings import KNOBS, Settings
from playground.features.learning_rates import job, knobs, speeds, words
from playground.features.learning_rates.figures import curves, marks
from playground.features.learning_rates.knobs import Lab
from playground.features.learning_rates.results import RATE_KINDS, Swept
from playground.features.learning_rates.view import lab_knobs
from playground.ui import language, script, task, workers
from playground.ui.kit import charts
from playground.ui.knobs import fit, held
from playground.ui.language import _
from playground.ui.run import practice, verdict


def explore(lab: Lab) -> None:
    """Show the sweep and what it says, and beside it the run of the rate that is chosen."""
    found = workers.one(job.swept(lab))
    left, right = st.columns(2, gap="medium")
    asks = task.task().predict
    with left if asks else right:
        rate = _pick_rate(found, lab)
        if asks and task.predict(knobs.replayed(lab, rate)) is None:
            right.code(catalog.source("learning_rates", "sweep"), language="python")
            return
    with right:
        run = _replay(lab, rate)
    with left:
        _sweep(found, lab, rate, run.history)
    left, right = st.columns(2, gap="medium")  # a row of its own: on a phone the run comes first
    with left:
        directions(lab, rate, run)
        _explain(lab)
    right.code(catalog.source("learning_rates", "sweep"), language="python")


def _pick_rate(found: Swept, lab: Lab) -> float:
    """Show the rate to replay: typed, or one of those swept."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rate = lab_knobs.rate(lab.fit.ladder, _("Rate to replay"))
        nearest, label = float(found.rates[found.place(rate)]), _("The nearest of those swept")
        fit.slide(label, found.rates.tolist(), nearest, key="swept_rate")
    return rate


def _take_click(rates: list[float]) -> None:
    """Take the rate of the mark that was pressed."""
    chosen = pressed(st.session_state["swept"], rates)
    if chosen is not None:
        fit.take_rate(chosen)


def pressed(event: Any, rates: list[float]) -> float | None:
    """Return the rate of the mark that was pressed in `event`; None if it was none."""
    for point in event["selection"]["points"]:
        place = point.get("customdata")
        place = place[0] if isinstance(place, list) and place else place
        if isinstance(place, int | float) and 0 <= int(place) < len(rates):
            return rates[int(place)]
    return None


def _replay(lab: Lab, rate: float) -> Run:
    """Train at `rate` in a lesson; show the run, its verdict, and a link to the lesson."""
    chosen = knobs.replayed(lab, rate)
    draw = practice.figure(chosen)
    run = workers.trained(chosen)
    draw(run, chosen, True)
    found = Run(chosen, run)
    verdict.show(found)
    _door(chosen)
    return found


def _door(chosen: Settings) -> None:
    """Show the way to the lesson's own page, which takes the run along.

    A link would not: Streamlit drops from it what this page has widgets for.
    """
    label = _("This run on its own page, with its code")
    icon = ":material/open_in_new:"
    if st.button(
        label, key="own_page", icon=icon, type="tertiary", on_click=_take_along, args=(chosen,)
    ):
        page = script(catalog.LADDERS[chosen.ladder].page)
        st.switch_page(page, query_params={})  # or it would try to clear what widgets hold


def _take_along(chosen: Settings) -> None:
    held.leave(chosen.ladder, chosen)


def _sweep(found: Swept, lab: Lab, rate: float, run: History) -> None:
    chosen = (rate, float(run.loss[-1]))
    figure = marks.swept(found, lab, _, chosen=chosen)
    said = words.said_of_sweep(found, lab, _)
    alt = _("The loss after {epochs} epochs against the learning rate, each from {low} to {high}.")
    alt = alt.format(
        epochs=found.epochs, low=f"{found.rates[0]:.4g}", high=f"{found.rates[-1]:.4g}"
    )
    charts.show(
        figure,
        f"{alt} {said}",
        key="swept",
        on_select=lambda: _take_click(found.rates.tolist()),
        selection_mode="points",
    )
    st.info(said, icon=":material/speed:")
    counts = {name: found.kinds.count(name) for name in RATE_KINDS}
    lines = []
    for name, count in counts.items():
        kind, meaning = _(marks.RATE_NAMES[name]), _(words.RATE_RULES[name])
        lines.append(f"- **{kind}** {count} · " + meaning.format(goal=words.goal(lab, _)))
    st.markdown("\n".join(lines))
    rule = KNOBS["learning_rate"]
    if found.rates[0] < rule.low:
        text = _("The lessons take no rate below {least:g}: a smaller one is replayed at that.")
        st.caption(text.format(least=rule.low))
    if found.rates[-1] > rule.high:
        text = _("The lessons take no rate above {most:g}: a larger one is replayed at that.")
        st.caption(text.format(most=rule.high))


def directions(lab: Lab, rate: float, run: Run) -> None:
    """Show for each eigen-direction the rates at which it converges, and how fast it does."""
    best, momentum = lab.best, lab.fit.momentum
    told = speeds.factors(best, rate, momentum)
    seen: list[float | None] = [None] * len(told)
    if len(run.history.weights) > 1:
        seen = speeds.measured(run.history, best, run.settings)
    names = [f"λ{str(k + 1).translate(marks.SUBSCRIPTS)}" for k in range(len(told))]
    st.subheader(_("How fast each direction shrinks, at this rate"), anchor=False)
    st.table(
        {
            _("direction"): names,
            "λ": [f"{value:.4g}" for value in best.eigenvalues],
            _("converges up to"): [
                "–" if momentum == 1 else f"{value:.4g}" for value in knobs.borders(best, momentum)
            ],
            _("an epoch, by formula"): [f"{value:.5g}" for value in told],
            _("measured"): [_("in rounding") if v is None else f"{v:.5g}" for v in seen],
            _("a tenth after"): [_tenth(value) for value in told],
        },
        hide_index=True,
    )
    st.caption(
        _(
            "By formula: 1 − rate · λ, what multiplies the distance to the best weights in one "
            "epoch."
        )
        if not momentum
        else _("By formula: the size of the larger root of z² − (1 + β − rate · λ) z + β, about.")
    )


def _tenth(factor: float) -> str:
    epochs = speeds.tenfold(factor)
    return "∞" if math.isinf(epochs) else f"{epochs:,.0f}"


def compare_bases(lab: Lab) -> None:
    """Show the same sweep with the weights written in three bases."""
    found = workers.computed(job.bases(lab))
    said = words.said_of_bases(found, lab, _)
    figure = curves.bases(found, lab, _)
    left, right = st.columns(2, gap="medium")
    with left:
        alt = _("The loss at the end and the epochs to arrive, in raw, scaled and orthogonal form.")
        charts.show(figure, f"{alt} {said}")
    with right:
        st.table(
            {
                _("basis"): [_(curves.BASES[b.name][3]) for b in found],
                _("condition"): [_rate(b.condition) for b in found],
                knobs.border_name(lab.fit.momentum): [f"{b.border:.4g}" for b in found],
                _("best rate"): [_rate(b.fewest.rate) for b in found],
                _("epochs to arrive"): [words.epochs(b.fewest) for b in found],
            },
            hide_index=True,
        )
        st.info(said, icon=":material/balance:")
        st.markdown(words.prose("conditioning", language.current(), lab))


def _rate(value: float) -> str:
    if math.isinf(value):
        return "∞"
    return "–" if np.isnan(value) else f"{value:.4g}"


def _explain(lab: Lab) -> None:
    st.markdown(words.prose("sweep", language.current(), lab))
    tries = {
        _("60 epochs: see the swing"): {"epochs": "60"},
        _("momentum 0.9"): {"momentum": "0.9"},
        _("degree 5"): {"degree": "5"},
        _("a line, x centred"): {"ladder": "linear_regression", "centre": "true"},
    }
    with st.container(horizontal=True):
        for label, values in tries.items():
            page, query = lab_knobs.link(**values)
            st.page_link(page, label=label, icon=":material/play_arrow:", query_params=query)
