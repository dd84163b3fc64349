"""The race: up to eight optimizers from one start, and a step of each taken apart."""

from playground.core.i18n import N_
from playground.core.page import OPTIMIZERS, Page

PAGE = Page(
    package=__name__,
    section=OPTIMIZERS,
    place=2,
    title=N_("The race"),
    icon="sports_score",
    about=N_("Up to eight optimizers from one start, each step taken apart."),
)
