"""The pages of the site besides home, in the order of the menu."""

from dataclasses import dataclass
from pathlib import Path

from playground.i18n import N_
from playground.ui import PAGES


@dataclass(frozen=True)
class Page:
    """A page: its address, which is its file's name, and what it offers."""

    slug: str
    title: str
    icon: str
    about: str

    @property
    def path(self) -> Path:
        """The script of the page."""
        return PAGES / f"{self.slug}.py"


SITE = (
    Page(
        "stages",
        N_("Fit a sine, eight ways"),
        ":material/show_chart:",
        N_("Train the same small model from NumPy to a graph that changes every step."),
    ),
    Page(
        "graph",
        N_("The autograd graph"),
        ":material/account_tree:",
        N_("Step through a real backward pass, with every number in it."),
    ),
    Page(
        "tracking",
        N_("What is tracked"),
        ":material/visibility:",
        N_("Which tensors get a gradient, and four ways to stop it."),
    ),
    Page(
        "accumulation",
        N_("Gradients accumulate"),
        ":material/water_drop:",
        N_("Why backward() adds, what forgetting zero_grad does, and what it is good for."),
    ),
)
