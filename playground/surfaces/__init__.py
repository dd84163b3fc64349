"""The loss over the weights, as a panel of a replay: a parabola, level lines, or a relief."""

from __future__ import annotations

from playground import analysis
from playground.figures import Panel
from playground.history import History
from playground.i18n import Translate
from playground.relief import View
from playground.settings import Settings
from playground.surfaces import contour, parabola, relief


def panel(history: History, settings: Settings, view: View, _: Translate) -> Panel:
    """Return the loss over the weights of a lesson with one or two, and the run's way on it."""
    best = analysis.quadratic_for(settings)
    if history.weights.shape[1] == 1:
        return parabola.panel(history, settings, best, _)
    if view.kind == "relief":
        return relief.panel(history, settings, best, view.turn, _)
    return contour.panel(history, settings, best, _)
