"""Linear regression: a line through points, yours too; saved, loaded, trained on."""

from playground.core.i18n import N_
from playground.core.page import FIT, Page

PAGE = Page(
    package=__name__,
    section=FIT,
    place=3,
    title=N_("Linear regression"),
    icon="scatter_plot",
    about=N_("A line through your own points, its long valley, and a model saved and loaded."),
    predicts=True,
)
