"""A sweep in a notebook: many rates at once, trained in its process, said in words, drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playground.core import notebook
from playground.core.settings import KNOBS, check_names
from playground.features.learning_rates import knobs, words
from playground.features.learning_rates.figures import marks
from playground.features.learning_rates.knobs import FITTED, RULES, Lab
from playground.features.learning_rates.results import Swept

if TYPE_CHECKING:
    import plotly.graph_objects as go  # type: ignore[import-untyped]


@dataclass(frozen=True, kw_only=True, repr=False)
class SweptLab(Swept):
    """What a sweep led to, and the lab that it was made in."""

    lab: Lab

    @property
    def border(self) -> float:
        """The rate from which descent diverges."""
        return self.lab.border

    def __repr__(self) -> str:
        """Return what `Swept` says, and the border."""
        return f"{super().__repr__()[:-1]}; border {self.border:.4g})"

    def figure(self, language: str | None = None) -> go.Figure:
        """Return the last losses, and the epochs they took, against the rates, log-log.

        language: one of `LANGUAGES`, as `en`. Raises ValueError for another.
        """
        _ = notebook.translator(language)
        return notebook.drawn(marks.swept(self, self.lab, _))

    def _repr_html_(self) -> str:
        """Return which rate was best and where the border lies, and how many made each kind."""
        _ = notebook.translator()
        goal = words.goal(self.lab, _)
        rows = [
            (_(marks.RATE_NAMES[kind]), str(self.kinds.count(kind)), _(rule).format(goal=goal))
            for kind, rule in words.RATE_RULES.items()
        ]
        return notebook.card([words.said_of_sweep(self, self.lab, _)], rows)


def sweep(ladder: str = "polynomial", **given: Any) -> SweptLab:
    """Train one fit at a hundred learning rates in this process and return what each led to.

    ladder: which fit: `polynomial`, `one_weight` or `linear_regression`. given: the fit's own
    knobs, such as `degree`, `target`, `points`, `noise`, `seed` or `data`; `epochs` and
    `momentum`; and `below` and `above`, how many decades the rates go to each side of the border.

    The result's `rates`, `final`, `diverged` and `reached` have shape (100,), `kinds` has as many.

    Raises ValueError for an unknown fit, a knob that it does not have, or a value out of bounds;
    the text names the value, the bounds and the choices.
    """
    from playground.features.learning_rates import work  # not above: torch takes seconds

    ladder = KNOBS["ladder"].check("ladder", ladder)
    check_names(given, (*FITTED[ladder], "epochs", "momentum", *RULES), ladder)
    lab = knobs.lab(ladder, **given)
    return SweptLab(lab=lab, **vars(next(work.swept(lab))))
