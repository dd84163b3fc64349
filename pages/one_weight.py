"""One weight: f(x) = w x, and the loss as a parabola to walk down, four ways."""

from playground.ui import frame

frame.ladder("one_weight")
