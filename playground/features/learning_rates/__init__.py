"""Learning rates: a hundred at once, a challenge, and the conditioning behind it all."""

from playground.core.i18n import N_
from playground.core.page import OPTIMIZERS, Page

PAGE = Page(
    package=__name__,
    section=OPTIMIZERS,
    place=1,
    title=N_("Learning rates"),
    icon="speed",
    about=N_("A hundred rates at once: which crawl, which explode, and the border between them."),
    predicts=True,
)
