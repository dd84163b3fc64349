"""The figure of a run, made once for all who look at equal ones, and its text."""

from __future__ import annotations

from threading import Lock
from typing import Any

import streamlit as st
from cachetools import LRUCache, cached
from plotly.basedatatypes import BaseFigure  # type: ignore[import-untyped]

from playground.core import i18n, plotting, relief, replay, surfaces
from playground.core.history import History
from playground.core.relief import CONTOUR, View
from playground.core.replay import traces
from playground.core.settings import Knob, Settings
from playground.core.surfaces import shared
from playground.ui.kit import components
from playground.ui.knobs.builder import ask, pick
from playground.ui.language import _

_replay_keys = st.components.v2.component("replay_keys", js=components.script("replay", __file__))


class Ready(BaseFigure):  # type: ignore[misc]
    """A figure that needs no second look: checking 100 frames costs 60 ms, and tests do it."""

    def __init__(self, figure: plotting.Figure) -> None:
        self._ready = figure

    def to_dict(self) -> plotting.Figure:
        """Return the figure as it is."""
        return self._ready


def place(height: int, key: str | None = None) -> Any:
    """Return a container of `height` pixels for a figure."""
    return st.container(height=height, border=False, key=key)


def height(settings: Settings) -> int:
    """Return how high the figure of a run is, in pixels."""
    return shared.HEIGHT if settings.lesson.form.straight else traces.HEIGHT


def show(figure: plotting.Figure, alt: str, **more: Any) -> Any:
    """Show a figure, which `alt` tells to screen readers; `more` goes to `st.plotly_chart`."""
    with place(figure["layout"]["height"]):
        return st.plotly_chart(Ready(figure), config={"displayModeBar": False}, alt=alt, **more)


@cached(
    LRUCache(maxsize=32),
    key=lambda history, settings, lang, view, ghosts: (
        *(settings, len(history.loss), lang, view),
        *((ghost.name, ghost.settings, len(ghost.history.loss)) for ghost in ghosts),
    ),
    lock=Lock(),
)
def chart(
    history: History,
    settings: Settings,
    lang: str,
    view: View,
    ghosts: tuple[replay.Ghost, ...],
) -> plotting.Figure:
    """Return the figure, once for all who look at equal runs: a class that follows its teacher."""
    panel, translate = _panel(history, settings, lang, view), i18n.translator(lang)
    return replay.replay(history, settings, translate, panel=panel, ghosts=ghosts)


def unfinished(history: History, settings: Settings, lang: str, view: View) -> plotting.Figure:
    """Return the figure of a run that goes on or has not begun: not cached, without a player."""
    panel, translate = _panel(history, settings, lang, view), i18n.translator(lang)
    return replay.replay(history, settings, translate, animated=False, panel=panel)


def _panel(history: History, settings: Settings, lang: str, view: View) -> Any:
    """Return the loss over the weights, where there are two at most."""
    if not settings.lesson.form.straight:
        return None
    return surfaces.panel(history, settings, view, i18n.translator(lang))


def replay_controls() -> None:
    """Make the buttons and the slider of a replay on this page ones for keyboard and reader."""
    names = [_("Rewind fast"), _("Rewind"), _("Pause"), _("Play"), _("Play fast")]
    _replay_keys(data={"buttons": names, "slider": _("Snapshot")}, key="replay_keys", height=0)


def pick_view(label: str, key: str) -> View:
    """Let the visitor choose how a loss over two weights is drawn; `key` names it in the link."""
    kind = pick(label, ("contour", "relief"), key)
    if kind == "contour":
        return CONTOUR
    turn = ask(
        f"{key}_turn",
        0,
        _("Turn the relief"),
        rule=Knob(kind=int, low=0, high=relief.TURNS[-1]),
        slider=True,
        step=relief.TURNS.step,
        format="%d°",
        width=220,
        label_visibility="collapsed",
    )
    return View(kind, turn)


def alt(history: History, settings: Settings) -> str:
    """Return what the figure shows, for screen readers."""
    if not history.final or not len(history.finite):
        if settings.lesson.form.least_squares:
            return _("The data and the least-squares curve; nothing is trained yet.")
        return _("The data; nothing is trained yet.")
    weights = _(", ").join(f"{name} {value:.4g}" for name, value in history.final.items())
    return _(
        "Fit, loss and weights over {epochs} epochs: the loss goes from {first:.4g} to {last:.4g}; "
        "the weights end at {weights}."
    ).format(
        epochs=len(history.loss),
        first=history.finite[0],
        last=history.finite[-1],
        weights=weights or "-",
    )
