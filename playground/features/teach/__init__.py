"""Teach with it: links for a class, ready-made tasks, lesson plans."""

from playground.core.i18n import N_
from playground.core.page import TEACH, Page

PAGE = Page(
    package=__name__,
    section=TEACH,
    place=1,
    title=N_("Teach with it"),
    icon="school",
    about=N_("Links for a class, tasks to predict first, and lesson plans of 45 minutes."),
)
