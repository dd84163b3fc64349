"""What a training page shows beside its knobs: figure, verdict, formula, code, text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from playground import analysis, catalog, texts
from playground.catalog import Lesson
from playground.history import History
from playground.settings import Settings
from playground.teaching.tasks import OUTCOMES
from playground.ui import PAGES, charts, choice, controls, language, live, run_history, teaching
from playground.ui.charts import Ready
from playground.ui.language import _
from playground.ui.live import Draw, Outcome
from playground.ui.site import Page

WHOLE = "_whole"  # set where the whole page runs, not only the part that Train runs

ICONS = {
    "converged": ("success", ":material/check_circle:"),
    "growing": ("error", ":material/trending_up:"),
    "diverged": ("error", ":material/error:"),
    "oscillating": ("warning", ":material/waves:"),
}

_replay_keys = st.components.v2.component(
    "replay_keys", js=(Path(__file__).parent / "replay.js").read_text(encoding="utf-8")
)


def headline(lesson: Lesson) -> None:
    """Show which stage this is and what it adds."""
    lessons = catalog.LADDERS[lesson.ladder].lessons
    place = f"{lessons.index(lesson) + 1} · " if len(lessons) > 1 else ""
    st.markdown(f"**{place}{_(lesson.title)}**  {_(lesson.new)}")


@st.fragment(key=live.PRACTICE)
def practice(
    settings: Settings,
    notes: Any,
    *,
    read: Callable[[Outcome], None] | None = None,
    below: bool = False,
) -> None:
    """Train with `settings` when it is time to; show the run, how it went and what it found.

    read: shows what else the run tells. below: whether more of the page, outside of this part,
    tells about the run, so that a new one runs all of it.
    """
    whole = st.session_state.pop(WHOLE, False)
    draw = figure(_view(settings))
    outcome = live.follow(settings, notes, draw, waits=teaching.waits(settings))
    if outcome and outcome.history and outcome.of == settings:
        new = run_history.keep(settings, outcome.history)
        if new and not whole and (below or run_history.is_open()):
            st.rerun()
    if outcome:
        verdict(outcome)
        formulas(outcome)
        if settings.lesson.form == "line":
            prediction(outcome)
        if read:
            read(outcome)
        snapshots(outcome)


def _view(settings: Settings) -> str:
    """Let the visitor choose how a loss over two weights is drawn."""
    if settings.lesson.weights != "wb":
        return ""
    view = choice.pick(_("The loss over the weights"), ("contour", "relief"), "view")
    if view == "relief":
        text = _(
            "The relief needs WebGL, which this browser may lack: contour shows the same loss "
            "without it."
        )
        st.caption(text)
    return view


def figure(view: str = "") -> Draw:
    """Reserve the place of the figure; return the function that draws it there."""
    slot = st.empty()
    names = [_("Rewind fast"), _("Rewind"), _("Pause"), _("Play"), _("Play fast")]
    _replay_keys(data={"buttons": names, "slider": _("Snapshot")}, key="replay_keys", height=0)

    lang = language.current()

    def draw(history: History, settings: Settings, over: bool) -> None:
        ghosts = run_history.ghosts(settings) if over else ()
        chart = charts.chart(history, settings, over, lang, view, ghosts)
        slot.plotly_chart(
            Ready(chart),
            config={"displayModeBar": False, "scrollZoom": False},
            alt=charts.alt(history, settings),
        )

    return draw


def verdict(outcome: Outcome) -> None:
    """Say in words how the run went, and give its numbers."""
    run, settings = outcome.history, outcome.of
    if run is None:
        return
    best = analysis.quadratic_for(settings)
    judged = analysis.verdict(run, best.floor)
    kind, icon = ICONS.get(judged.kind, ("info", ":material/trending_down:"))
    said = texts.sentence(judged, _)
    cause = texts.cause(judged, settings, best, _)
    said = _("{verdict} {cause}").format(verdict=said, cause=cause)
    getattr(st, kind)(said, icon=icon)
    teaching.compare(settings, OUTCOMES.get(judged.kind), said)

    loss = float(run.finite[-1]) if len(run.finite) else float("nan")
    gap = analysis.gap_closed(run, best.floor)
    speed = _("{speed:,.0f} epochs/s").format(speed=run.speed)
    with st.container(horizontal=True):
        for label, value, beside in (
            (_("Loss"), f"{loss:.4g}", _times(loss, best.floor)),
            (_("Floor"), f"{best.floor:.4g}", _("least squares")),
            (_("Gap closed"), f"{100 * max(gap, 0.0):.4g} %", _("start to floor")),
            (_("Time"), f"{run.seconds:.3g} s", speed),
        ):
            st.metric(label, value, beside, "off", delta_arrow="off", width="content")


def _times(loss: float, floor: float) -> str:
    if not floor or not np.isfinite(loss):
        return _("of a floor of 0") if not floor else "-"
    return _("{times:.4g} × floor").format(times=loss / floor)


def on_demand(label: str, icon: str, key: str) -> Any:
    """Return a box for what takes time to make, if the visitor has opened it; or None."""
    box = st.expander(label, icon=f":material/{icon}:", key=key, on_change="rerun")
    return box if box.open else None


def formulas(outcome: Outcome) -> None:
    """Show the fitted polynomial beside the least-squares one."""
    run, settings = outcome.history, outcome.of
    if run is None or not run.final:
        return
    weights = np.array(list(run.final.values()))
    fitted = analysis.polynomials(settings, weights)
    best = analysis.quadratic_for(settings).weights
    if settings.lesson.quadratic:
        (best,) = analysis.polynomials(settings, best)
    lines = []
    if settings.stage == "custom_function":
        a, b, c, d = (texts.tex(f"{value:.4g}") for value in weights)
        lines.append((_("fit"), rf"$y = {a} + ({b})\,P_3({c} + {d}\,x)$"))
        lines.append((_("multiplied out"), texts.formula(fitted[0], _)))
    elif settings.stage == "dynamic":
        e = texts.tex(f"{weights[4]:.4g}")
        drawn = rf" $[+({e})\,x^4]$ $[+({e})\,x^5]$"
        lines.append((_("fit"), texts.formula(fitted[0, :4], _) + drawn))
    else:
        lines.append((_("fit"), texts.formula(fitted[0], _)))
    lines.append((_("least squares"), texts.formula(best, _)))
    rows = [f"| **{name}** | {text} |" for name, text in lines]
    st.markdown("\n".join([rows[0], "|:-|:-|", *rows[1:]]))


def prediction(outcome: Outcome) -> None:
    """Show what the line says at one x, before the training and after it."""
    run, settings = outcome.history, outcome.of
    if run is None or not run.final:
        return
    x = st.number_input(
        _("Predict y for x ="), -1e6, 1e6, 5.0, 1.0, key="at_x", bind="query-params", width=180
    )
    best = analysis.quadratic_for(settings).weights
    weights = np.array([run.weights[0], list(run.final.values()), best])
    before, after, sought = analysis.curves(settings, weights, np.array([x]))[0, :, 0]
    with st.container(horizontal=True):
        for label, value in (
            (_("Before training"), before),
            (_("After training"), after),
            (_("Least squares"), sought),
        ):
            st.metric(label, f"{value:.4g}", width="content")


def snapshots(outcome: Outcome) -> None:
    """Show the replay's numbers as a table: for the keyboard, the screen reader and the curious."""
    run = outcome.history
    if run is None or not len(run.epochs):
        return
    if box := on_demand(_("The replay as a table"), "table", "table"):
        columns = {_("epoch"): run.epochs, _("loss"): run.loss[run.epochs]}
        columns |= {name: run.weights[:, k] for k, name in enumerate(run.names)}
        box.dataframe(columns, hide_index=True, height=240)


def code(lesson: Lesson) -> None:
    """Show the file that runs and, on a ladder, what changed in it since the lesson before."""
    if len(catalog.LADDERS[lesson.ladder].lessons) == 1:
        st.code(lesson.source, language="python")
        return
    whole, diff = st.tabs([_("The code that runs"), _("What changed")])
    whole.code(lesson.source, language="python")
    before = catalog.previous(lesson)
    with diff:
        if before is None:
            st.caption(_("The first stage: there is nothing before it to compare with."))
        else:
            st.caption(
                _(
                    "From {before} to {after}: lines that begin with - went, those with + came."
                ).format(before=_(before.title), after=_(lesson.title))
            )
            st.code(texts.changes(lesson), language="diff")


def prose(lesson: Lesson) -> None:
    """Show the text of the stage, and links to try."""
    text = texts.prose(lesson, language.current())
    st.subheader(_("What is new"), anchor=False)
    st.markdown(text.new)
    st.subheader(_("What to notice"), anchor=False)
    st.markdown(text.notice)
    st.subheader(_("Three things to try"), anchor=False)
    for item in text.tries:
        link_to_stage(lesson, item.label, ":material/play_arrow:", **item.query)
        st.markdown(item.text)


def page_text(name: str) -> None:
    """Show the prose of a page."""
    st.markdown(texts.page(name, language.current()))


def link_to_stage(lesson: Lesson, label: str, icon: str = "", **knobs: str) -> None:
    """Show a link to a lesson that sets the knobs given and runs."""
    query = controls.link(lesson, **knobs)
    page = PAGES / f"{catalog.LADDERS[lesson.ladder].page}.py"
    st.page_link(page, label=label, icon=icon, query_params=query)


def card(place: int, lesson: Lesson) -> None:
    """Show one stage of the path."""
    with st.container(gap="xsmall"):
        link_to_stage(lesson, f"**{place} · {_(lesson.title)}**")
        with st.container(horizontal=True, gap=None):
            st.space(8)  # as far in as the words of the link above
            st.caption(_(lesson.new), width="stretch")


def door(page: Page) -> None:
    """Show another page of the site and what it offers."""
    with st.container(gap="xsmall"):
        query = {"lang": language.current()}
        st.page_link(page.path, label=f"**{_(page.title)}**", icon=page.icon, query_params=query)
        st.caption(_(page.about))


def provenance(run: History) -> None:
    """Say where a figure on a page without knobs comes from."""
    text = _(
        "Trained on this server: {seconds:.3g} s for {epochs:,} epochs. Press ◀◀, then ▶ to watch."
    )
    st.caption(text.format(seconds=run.seconds, epochs=len(run.loss)))


def server(machine: dict[str, Any]) -> None:
    """Show the versions and devices that runs on this server use."""
    names = ["python", "torch", "numpy"]
    versions = {name: str(machine[name]) for name in names if name in machine}
    versions["streamlit"] = st.__version__
    devices = ", ".join(machine["devices"])
    if machine.get("gpu"):
        devices += f" ({machine['gpu']})"
    parts = ", ".join(f"{name} {version}" for name, version in versions.items())
    text = _("This server: {versions}. Devices: {devices}.")
    st.caption(text.format(versions=parts, devices=devices))
