"""The autograd graph of an example, a stage or an expression, and the walk through it."""

from playground.features.graph.view import backward, inputs
from playground.ui.kit import boxes, graph_walk


def show() -> None:
    """Show the page."""
    boxes.prose("graph")
    traced, source = inputs.traced()
    graph_walk.walk(traced, source)
    if traced.jacobian:
        backward.jacobian(traced)
    if traced.again:
        backward.again(traced)
