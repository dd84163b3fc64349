"""What is tracked: a lesson line by line, and four ways to stop a gradient."""

from playground.core.i18n import N_
from playground.core.page import AUTOGRAD, Page

PAGE = Page(
    package=__name__,
    section=AUTOGRAD,
    place=2,
    title=N_("What is tracked"),
    icon="visibility",
    about=N_("Which tensors get a gradient, and four ways to stop it."),
)
