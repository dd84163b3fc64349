"""The race: several optimizers from one start, and a step of each taken apart."""

from playground.core.i18n import N_
from playground.core.page import OPTIMIZERS, Page
from playground.features.optimizers.knobs import MOST_RACERS

PAGE = Page(
    package=__name__,
    section=OPTIMIZERS,
    place=2,
    title=N_("The race"),
    icon="sports_score",
    about=N_("Up to {racers} optimizers from one start, each step taken apart."),
    counts={"racers": MOST_RACERS},
)
