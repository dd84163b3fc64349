"""The graphs of a stage's own run: of its loss at an epoch, and of one forward after another."""

from __future__ import annotations

import streamlit as st

from playground.core import job
from playground.core.graphs import drawing
from playground.core.graphs.graph import LEAF, Flip
from playground.core.settings import Knob, Settings
from playground.ui import workers
from playground.ui.kit import graph_walk
from playground.ui.knobs.builder import ask
from playground.ui.language import _

FLIPS = 6


def of_stage(settings: Settings) -> None:
    """Show the graph of a stage's loss at an epoch of the run."""
    epoch = _epoch(settings.epochs - 1, "graph_epoch")
    graph = workers.one(job.stage(settings, epoch))
    graph_walk.walk(graph, settings.lesson.source, "graph_step")


def flip_book(settings: Settings) -> None:
    """Show consecutive forward passes of a net that draws a new graph each time."""
    epoch = _epoch(max(0, settings.epochs - 1 - FLIPS), "flip_epoch")
    count = min(FLIPS, settings.epochs - 1 - epoch)
    if count < 1:
        st.markdown(_("It takes at least two epochs to turn a page."))
        return
    flips = workers.computed(job.flips(settings, epoch, count))
    st.fragment(_flip)(flips, settings.lesson.draws)


def _flip(flips: list[Flip], name: str) -> None:
    """Show one page of the book, and the ways from the weight `name` to the loss."""
    numbers = [flip.epoch for flip in flips]
    flip = flips[numbers.index(ask("flip", numbers[0], _("Epoch"), options=numbers))]
    graph = flip.graph
    said = _shared(flip, name)
    st.markdown(said)
    dark = st.context.theme.type == "dark"
    st.graphviz_chart(drawing.dot(graph, graph.last_step, _, dark=dark, paths_of=name), alt=said)
    st.dataframe([{name: str(value) for name, value in flip.gradients}], hide_index=True)


def _shared(flip: Flip, name: str) -> str:
    """Say what this forward drew, and what its gradient for the weight `name` is made of."""
    leaf = next((n for n in flip.graph.nodes if n.kind == LEAF and n.name == name), None)
    if leaf is None:
        return _(
            "At epoch {epoch} chance drew no term with {name}: {name} is not in the graph at all, "
            "and after backward() {name}.grad is None, not 0."
        ).format(epoch=flip.epoch, name=name)
    parts = [str(edge.product) for edge in drawing.tracked_uses(flip.graph, leaf.id)]
    text = _(
        "At epoch {epoch} chance drew {count} terms with {name}. Each use is a way from {name} to "
        "the loss, drawn thick, and {name}.grad is the sum over them: {sum} = {gradient}."
    )
    if len(parts) == 1:
        text = _(
            "At epoch {epoch} chance drew one term with {name}. One way leads from {name} to the "
            "loss, drawn thick, and what comes back along it is {name}.grad = {gradient}."
        )
    return text.format(
        epoch=flip.epoch,
        name=name,
        count=len(parts),
        sum=" + ".join(parts),
        gradient=leaf.gradient,
    )


def _epoch(most: int, key: str) -> int:
    """Ask for an epoch of the run, from 0 to `most`."""
    if st.session_state.get(key, 0) > most:
        st.session_state[key] = most
    epoch: int = ask(key, 0, _("Epoch"), rule=Knob(kind=int, low=0, high=most), width=200)
    return epoch
