"""Gradients accumulate: a bucket, one graph again, micro-batches, a forgotten zero_grad."""

from playground.core.i18n import N_
from playground.core.page import AUTOGRAD, Page

PAGE = Page(
    package=__name__,
    section=AUTOGRAD,
    place=3,
    title=N_("Gradients accumulate"),
    icon="water_drop",
    about=N_("Why backward() adds, what forgetting zero_grad does, and what it is good for."),
    predicts=True,
)
