"""The first page: a run to watch, the path through the stages, the other pages."""

from playground.core.i18n import N_
from playground.core.page import Page

PAGE = Page(
    package=__name__,
    section="",
    place=0,
    title=N_("Home"),
    icon="home",
    about="",
)
