"""One weight: f(x) = w x, and the loss as a parabola to walk down, four ways."""

from playground.features.one_weight import view

view.show()
