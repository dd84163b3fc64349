"""What a training page shows beside its knobs: figure, verdict, formula, code, text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from playground.core import analysis, texts
from playground.core.history import History
from playground.core.page import Page
from playground.core.relief import CONTOUR, View
from playground.core.run import Run
from playground.core.settings import Settings
from playground.core.tasks import OUTCOMES
from playground.ui import language, script, task, workers
from playground.ui.kit import charts, components
from playground.ui.language import _
from playground.ui.run import follow, kept
from playground.ui.run.follow import Draw
from playground.ui.session import visit


@dataclass
class Practice:
    """Whether the whole page runs, or only the part of it that Train runs."""

    whole: bool = False


ICONS = {
    "converged": ("success", ":material/check_circle:"),
    "growing": ("error", ":material/trending_up:"),
    "diverged": ("error", ":material/error:"),
    "oscillating": ("warning", ":material/waves:"),
}

_replay_keys = st.components.v2.component("replay_keys", js=components.script("replay"))


@st.fragment(key=follow.PRACTICE)
def practice(
    settings: Settings,
    notes: Any,
    *,
    read: Callable[[Run], None] | None = None,
    below: bool = False,
) -> None:
    """Train with `settings` when it is time to; show the run, how it went and what it found.

    read: shows what else the run tells. below: whether more of the page, outside of this part,
    tells about the run, so that a new one runs all of it.
    """
    state = visit().part(Practice)
    whole, state.whole = state.whole, False
    draw = figure(_view(settings))
    run = follow.run(settings, notes, draw, waits=task.waits(settings))
    if run is None:
        return
    if run.settings == settings:
        new = kept.keep(settings, run.history)
        if new and not whole and (below or kept.is_open()):
            st.rerun()
    verdict(run)
    formulas(run)
    if settings.lesson.form.straight:
        prediction(run)
    if read:
        read(run)
    snapshots(run)


def _view(settings: Settings) -> View:
    """Let the visitor choose how a loss over two weights is drawn."""
    if not settings.lesson.form.straight or len(settings.weights) != 2:
        return CONTOUR
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return charts.pick_view(_("The loss over the weights"), "view")


def figure(view: View = CONTOUR) -> Draw:
    """Reserve the place of the figure; return the function that draws it there."""
    slot = st.empty()
    replay_controls()
    lang = language.current()

    def draw(history: History, settings: Settings, over: bool) -> None:
        if over:
            chart = charts.chart(history, settings, lang, view, kept.ghosts(settings))
        else:
            chart = charts.unfinished(history, settings, lang, view)
        with slot:
            charts.show(chart, charts.alt(history, settings))

    return draw


def replay_controls() -> None:
    """Make the buttons and the slider of a replay on this page ones for keyboard and reader."""
    names = [_("Rewind fast"), _("Rewind"), _("Pause"), _("Play"), _("Play fast")]
    _replay_keys(data={"buttons": names, "slider": _("Snapshot")}, key="replay_keys", height=0)


def verdict(of: Run) -> None:
    """Say in words how the run went, and give its numbers."""
    run, settings = of.history, of.settings
    best, floor = analysis.sought(settings), analysis.floor(settings)
    judged = analysis.verdict(run, floor)
    kind, icon = ICONS.get(judged.kind, ("info", ":material/trending_down:"))
    said = texts.sentence(judged, _)
    cause = texts.cause(judged, settings, best, _)
    said = _("{verdict} {cause}").format(verdict=said, cause=cause)
    getattr(st, kind)(said, icon=icon)
    task.compare(settings, OUTCOMES.get(judged.kind), said)

    with st.container(horizontal=True):
        for label, value, beside in texts.numbers(run, best.floor if best else None, _):
            st.metric(label, value, beside, "off", delta_arrow="off", width="content")


def on_demand(label: str, icon: str, key: str) -> AbstractContextManager[None] | None:
    """Return a box for what takes time to make, if the visitor has opened it; or None.

    A job that fails inside of it says so there, and ends what is in the box, not the page.
    """
    box = st.expander(label, icon=f":material/{icon}:", key=key, on_change="rerun")
    return _inside(box) if box.open else None


@contextmanager
def _inside(box: Any) -> Iterator[None]:
    with box, workers.told():
        yield


def formulas(of: Run) -> None:
    """Show the fitted curve as a formula, beside the least-squares one."""
    best = analysis.sought(of.settings)
    lines = of.settings.lesson.form.formulas(
        of.settings,
        np.array(list(of.history.final.values())),
        best.weights if best else None,
        _,
    )
    if not lines:
        return
    rows = [f"| **{name}** | {text} |" for name, text in lines]
    st.markdown("\n".join([rows[0], "|:-|:-|", *rows[1:]]))


def prediction(of: Run) -> None:
    """Show what the line says at one x, before the training and after it."""
    run, settings = of.history, of.settings
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


def snapshots(of: Run) -> None:
    """Show the replay's numbers as a table: for the keyboard, the screen reader and the curious."""
    run = of.history
    if box := on_demand(_("The replay as a table"), "table", "table"):
        columns = {_("epoch"): run.epochs, _("loss"): run.loss[run.epochs]}
        columns |= {name: run.weights[:, k] for k, name in enumerate(run.names)}
        with box:
            st.dataframe(columns, hide_index=True, height=240)


def page_text(name: str, **counts: int) -> None:
    """Show the prose of a page; `counts` stand in it as words."""
    st.markdown(texts.page(name, language.current(), **counts))


def door(page: Page) -> None:
    """Show another page of the site and what it offers."""
    with st.container(gap="xsmall"):
        label, query = f"**{page.said(page.title, _)}**", {"lang": language.current()}
        st.page_link(script(page.slug), label=label, icon=page.symbol, query_params=query)
        st.caption(page.said(page.about, _))


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
