"""The figure of a run, made once for all who look at equal ones, and its text."""

from __future__ import annotations

from threading import Lock

from cachetools import LRUCache, cached
from plotly.basedatatypes import BaseFigure  # type: ignore[import-untyped]

from playground import figures, i18n, plotting, surfaces
from playground.history import History
from playground.settings import Settings
from playground.ui.language import _


class Ready(BaseFigure):  # type: ignore[misc]
    """A figure that needs no second look: checking 100 frames costs 60 ms, and tests do it."""

    def __init__(self, figure: plotting.Figure) -> None:
        self._ready = figure

    def to_dict(self) -> plotting.Figure:
        """Return the figure as it is."""
        return self._ready


@cached(
    LRUCache(maxsize=32),
    key=lambda history, settings, over, lang, view, ghosts: (
        *(settings, len(history.loss), over, lang, view),
        *((ghost.name, ghost.settings, len(ghost.history.loss)) for ghost in ghosts),
    ),
    lock=Lock(),
)
def chart(
    history: History,
    settings: Settings,
    over: bool,
    lang: str,
    view: str,
    ghosts: tuple[figures.Ghost, ...],
) -> plotting.Figure:
    """Return the figure, once for all who look at equal runs: a class that follows its teacher."""
    translate = i18n.translator(lang)
    line = settings.lesson.form == "line"
    panel = surfaces.panel(history, settings, view, translate) if line else None
    return figures.replay(history, settings, translate, animated=over, panel=panel, ghosts=ghosts)


def alt(history: History, settings: Settings) -> str:
    """Return what the figure shows, for those who hear it."""
    if not history.final or not len(history.finite):
        return _("The data and the least-squares curve; nothing is trained yet.")
    weights = ", ".join(f"{name} {value:.4g}" for name, value in history.final.items())
    return _(
        "Fit, loss and weights over {epochs} epochs: the loss goes from {first:.4g} to {last:.4g}; "
        "the weights end at {weights}."
    ).format(
        epochs=len(history.loss),
        first=history.finite[0],
        last=history.finite[-1],
        weights=weights or "-",
    )
