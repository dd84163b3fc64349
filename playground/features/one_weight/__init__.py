"""One weight: f(x) = w x, and the loss as a parabola to walk down, four ways."""

from playground.core.i18n import N_
from playground.core.page import FIT, Page

PAGE = Page(
    package=__name__,
    section=FIT,
    place=2,
    title=N_("One weight"),
    icon="linear_scale",
    about=N_("f(x) = w x: a point walks down a parabola, and what a gradient is."),
    predicts=True,
)
