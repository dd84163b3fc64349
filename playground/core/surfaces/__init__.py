"""The loss over the weights, as a panel of a replay: a parabola, level lines, or a relief."""

from __future__ import annotations

from playground.core import analysis
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.relief import View
from playground.core.replay import Panel
from playground.core.settings import Settings
from playground.core.surfaces import contour, parabola, relief


def panel(history: History, settings: Settings, view: View, _: Translate) -> Panel:
    """Return the loss over the weights of a lesson with one or two, and the run's path on it."""
    best = analysis.quadratic_for(settings)
    if history.weights.shape[1] == 1:
        return parabola.panel(history, settings, best, _)
    if view.kind == "relief":
        return relief.panel(history, settings, best, view.turn, _)
    return contour.panel(history, settings, best, _)
