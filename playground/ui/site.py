"""The pages of the site besides home, in the order of the menu."""

from dataclasses import dataclass
from pathlib import Path

from playground.i18n import N_
from playground.ui import PAGES


@dataclass(frozen=True)
class Page:
    """A page: its address, which is its file's name, and what it offers."""

    slug: str
    section: str
    title: str
    icon: str
    about: str

    @property
    def path(self) -> Path:
        """The script of the page."""
        return PAGES / f"{self.slug}.py"


FIT, AUTOGRAD, OPTIMIZERS = N_("Fit"), N_("Autograd"), N_("Optimizers")
TEACH = N_("Teach")

SITE = (
    Page(
        "stages",
        FIT,
        N_("Fit a sine, eight ways"),
        ":material/show_chart:",
        N_("Train the same small model from NumPy to a graph that changes every step."),
    ),
    Page(
        "one_weight",
        FIT,
        N_("One weight"),
        ":material/linear_scale:",
        N_("f(x) = w x: a point walks down a parabola, and what a gradient is."),
    ),
    Page(
        "regression",
        FIT,
        N_("Linear regression"),
        ":material/scatter_plot:",
        N_("A line through your own points, its long valley, and a model saved and loaded."),
    ),
    Page(
        "graph",
        AUTOGRAD,
        N_("The autograd graph"),
        ":material/account_tree:",
        N_("Step through a real backward pass, with every number in it."),
    ),
    Page(
        "tracking",
        AUTOGRAD,
        N_("What is tracked"),
        ":material/visibility:",
        N_("Which tensors get a gradient, and four ways to stop it."),
    ),
    Page(
        "accumulation",
        AUTOGRAD,
        N_("Gradients accumulate"),
        ":material/water_drop:",
        N_("Why backward() adds, what forgetting zero_grad does, and what it is good for."),
    ),
    Page(
        "learning_rates",
        OPTIMIZERS,
        N_("Learning rates"),
        ":material/speed:",
        N_("A hundred rates at once: which crawl, which explode, and the border between them."),
    ),
    Page(
        "optimizers",
        OPTIMIZERS,
        N_("The race"),
        ":material/sports_score:",
        N_("Up to eight optimizers from one start, each step taken apart."),
    ),
    Page(
        "teach",
        TEACH,
        N_("Teach with it"),
        ":material/school:",
        N_("Links for a class, tasks to predict first, and lesson plans of 45 minutes."),
    ),
)
