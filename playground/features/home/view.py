"""Home: a run to watch, the path through the stages, and what this server runs on."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.core import i18n
from playground.core.catalog import STAGES
from playground.core.history import History
from playground.core.page import Page
from playground.core.settings import Settings
from playground.features import PAGES
from playground.ui import language, script, workers
from playground.ui.kit import boxes
from playground.ui.language import _
from playground.ui.run import lesson, practice


def show() -> None:
    """Show the page."""
    left, right = st.columns(2, gap="large")
    with left:
        boxes.prose("home", stages=len(STAGES))
        first = next(iter(STAGES.values()))
        start = _("Start with {title}").format(title=lesson.title(first))
        lesson.link_to_stage(first, start, icon=":material/arrow_forward:")
    with right:
        _a_run()
    count = i18n.count_word(len(STAGES), _)
    st.subheader(_("The {count} stages").format(count=count), anchor=False)
    with st.grid(4, min_column_width=220, border=True):
        for place, stage in enumerate(STAGES.values(), start=1):
            lesson.card(place, stage)
    st.subheader(_("Beyond the stages"), anchor=False)
    with st.grid(3, min_column_width=220, border=True):
        for page in PAGES.values():
            if page.section:
                _door(page)
    _server(workers.machine())


def _a_run() -> None:
    """Train with the tutorial's settings, and show the run to replay."""
    tutorial = Settings.of("autograd")
    draw = practice.figure(tutorial)
    run = workers.trained(tutorial)
    draw(run, tutorial, True)
    _provenance(run)


def _door(page: Page) -> None:
    """Show another page of the site and what it offers."""
    with st.container(gap="xsmall"):
        label, query = f"**{page.said(page.title, _)}**", {"lang": language.current()}
        st.page_link(script(page.slug), label=label, icon=page.symbol, query_params=query)
        st.caption(page.said(page.about, _))


def _provenance(run: History) -> None:
    """Say where a figure on a page without knobs comes from."""
    text = _(
        "Trained on this server: {seconds:.3g} s for {epochs:,} epochs. Press ◀◀, then ▶ to watch."
    )
    st.caption(text.format(seconds=run.seconds, epochs=len(run.loss)))


def _server(machine: dict[str, Any]) -> None:
    """Show the versions and devices that runs on this server use."""
    names = ["python", "torch", "numpy"]
    versions = {name: str(machine[name]) for name in names if name in machine}
    versions["streamlit"] = st.__version__
    devices = _(", ").join(machine["devices"])
    if machine.get("gpu"):
        devices += f" ({machine['gpu']})"
    parts = _(", ").join(f"{name} {version}" for name, version in versions.items())
    text = _("This server: {versions}. Devices: {devices}.")
    st.caption(text.format(versions=parts, devices=devices))
