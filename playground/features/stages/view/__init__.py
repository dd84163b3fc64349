"""Fit a sine: pick a stage, turn the knobs, train, watch and replay; its graphs; the lab."""

from playground.features.stages.function_lab import view as function_lab
from playground.features.stages.view import graphs
from playground.ui import task
from playground.ui.kit import boxes
from playground.ui.language import _
from playground.ui.run import ladder


def show() -> None:
    """Show the page."""
    settings = ladder.show("polynomial")
    tells = not task.waits(settings)  # what shows how a run goes comes after the prediction
    if tells and (
        box := boxes.on_demand(_("The autograd graph of this loss"), "account_tree", "graph")
    ):
        with box:
            graphs.of_stage(settings)
    if (
        tells
        and settings.lesson.draws
        and (
            box := boxes.on_demand(
                _("Flip-book: a new graph at every step"), "auto_stories", "flips"
            )
        )
    ):
        with box:
            graphs.flip_book(settings)
    if settings.lesson.own_backward and (
        box := boxes.on_demand(
            _("Sabotage the backward, and see what notices"), "science", "sabotage"
        )
    ):
        with box:
            function_lab.show()
