"""Fit a sine, eight ways: pick a stage, turn the knobs, train, watch and replay."""

from playground.ui import frame, function_lab, panels, stage_graphs, teaching
from playground.ui.language import _

settings = frame.ladder("polynomial")
tells = not teaching.waits(settings)  # what shows how a run goes comes after the prediction

if tells and (
    box := panels.on_demand(_("The autograd graph of this loss"), "account_tree", "graph")
):
    with box:
        stage_graphs.of_stage(settings)
if (
    tells
    and settings.stage == "dynamic"
    and (
        box := panels.on_demand(_("Flip-book: a new graph at every step"), "auto_stories", "flips")
    )
):
    with box:
        stage_graphs.flip_book(settings)
if settings.stage == "custom_function" and (
    box := panels.on_demand(_("Sabotage the backward, and see what notices"), "science", "sabotage")
):
    with box:
        function_lab.show()
