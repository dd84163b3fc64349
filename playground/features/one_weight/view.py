"""One weight: the point on the parabola, its knobs and its code."""

from playground.ui.run import ladder


def show() -> None:
    """Show the page."""
    ladder.show("one_weight")
