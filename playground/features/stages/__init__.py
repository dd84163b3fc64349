"""Fit a sine: one small model trained in several ways, from NumPy to control flow."""

from playground.core.catalog import STAGES
from playground.core.i18n import N_
from playground.core.page import FIT, Page

PAGE = Page(
    package=__name__,
    section=FIT,
    place=1,
    title=N_("Fit a sine, {stages} ways"),
    icon="show_chart",
    about=N_("Train the same small model from NumPy to a graph that changes every step."),
    predicts=True,
    counts={"stages": len(STAGES)},
)
