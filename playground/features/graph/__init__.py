"""The autograd graph: what PyTorch recorded, and how the gradients come back through it."""

from playground.core.i18n import N_
from playground.core.page import AUTOGRAD, Page

PAGE = Page(
    package=__name__,
    section=AUTOGRAD,
    place=1,
    title=N_("The autograd graph"),
    icon="account_tree",
    about=N_("Step through a real backward pass, with every number in it."),
)
