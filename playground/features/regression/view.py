"""What belongs to a line through points: its predictions, its valley, and which device won."""

from __future__ import annotations

import dataclasses

import numpy as np
import streamlit as st

from playground.core import analysis, data
from playground.core.run import Run
from playground.core.settings import Settings
from playground.features.regression import devices, valley
from playground.features.regression.saved.view import boxes as saved
from playground.ui import task, workers
from playground.ui.kit import boxes
from playground.ui.knobs import builder
from playground.ui.language import _
from playground.ui.run import ladder


def show() -> None:
    """Show the page."""
    ladder.show("linear_regression", beside=explain, read=read, below=saved.show)


def read(run: Run) -> None:
    """Show what else there is to read off a run."""
    _predictions(run)
    _race(run)


def _predictions(of: Run) -> None:
    """Show each point's target beside what the trained line says there."""
    run, settings = of.history, of.settings
    if box := boxes.on_demand(_("Predictions beside the targets"), "compare_arrows", "predicted"):
        x, y = data.sample_for(settings)
        weights = np.array([list(run.final.values())])
        predicted = analysis.curves(settings, weights, x)[0, 0]
        columns = {"x": x, _("target y"): y, _("prediction"): predicted}
        columns[_("error")] = predicted - y
        with np.errstate(over="ignore", invalid="ignore"):
            loss = float(np.square(predicted - y).mean())
        text = _(
            "Error: prediction minus target. The mean of their squares is {loss:.4g}: the loss "
            "after the last step."
        )
        with box:
            st.dataframe(columns, hide_index=True, height=240)
            st.caption(text.format(loss=loss))


def _race(of: Run) -> None:
    """Compare the time of a run on another device with the cpu's for equal settings."""
    run, settings = of.history, of.settings
    if settings.device == "cpu":
        return
    if box := boxes.on_demand(_("Faster than the cpu?"), "speed", "race"):
        with box:
            cpu = workers.trained(dataclasses.replace(settings, device="cpu"))
            if len(cpu.loss) != len(run.loss):
                st.caption(_("There is no run of as many epochs on the cpu to compare with."))
                return
            with st.container(horizontal=True):
                for name, seconds in ((settings.device, run.seconds), ("cpu", cpu.seconds)):
                    st.metric(name, f"{seconds:.3g} s", width="content")
            epochs, points = len(run.loss), len(data.sample_for(settings)[0])
            said = devices.said(settings.device, run.seconds, cpu.seconds, epochs, points, _)
            st.markdown(said)


def explain(settings: Settings) -> None:
    """Show why the loss is a long valley, and the switch that makes it shorter.

    Not while a task awaits a prediction: the largest stable rate is the answer.
    """
    if task.waits(settings):
        return
    box = boxes.on_demand(_("Why the valley is long"), "landscape", "valley")
    if box is None:
        return
    with box:
        st.markdown(
            _(
                "A step shortens the distance to the lowest point in two directions, each at its "
                "own pace: fast where the loss bends much, slowly along the bottom of the valley. "
                "The rate may not be larger than the steep one bears, so the flat one must wait."
            )
        )
        st.table(
            valley.rows(settings, _),
            hide_index=True,
            alt=_("The two directions of the valley, for x as it is and for x centred."),
        )
        if not settings.plain_descent:
            st.caption(
                _(
                    "The paces are those of plain gradient descent at this rate. {optimizer} as it "
                    "is set goes another way; the curvatures stay."
                ).format(optimizer=settings.optimizer)
            )
        st.markdown(valley.why(settings, _))
        _centre(settings)


def _centre(settings: Settings) -> None:
    """Show what takes the mean of x off x, unless a task says whether it is off."""
    if not task.keeps("centre"):
        st.button(
            _("Back to x as it is") if settings.centre else _("Centre x and train"),
            icon=":material/center_focus_strong:",
            key="centre_it",
            on_click=builder.turn,
            args=({"centre": not settings.centre},),
        )
