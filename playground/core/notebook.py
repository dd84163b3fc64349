"""A run in a notebook: trained in its process, said in words and numbers, drawn.

The language is the environment's, as gettext reads it there, or the one that a figure is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from babel import default_locale

from playground.core import analysis, i18n, replay, surfaces, verdict_words
from playground.core.history import History
from playground.core.i18n import Translate
from playground.core.plotting import Figure
from playground.core.relief import CONTOUR
from playground.core.settings import Knob, Settings
from playground.core.verdict import judge

if TYPE_CHECKING:
    import plotly.graph_objects as go  # type: ignore[import-untyped]

LANGUAGE = Knob(kind=str, choices=tuple(i18n.LANGUAGES))


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class RunHistory(History):
    """What a whole run did, and the settings that made it: what it takes to judge and draw it."""

    settings: Settings

    def figure(self, language: str | None = None) -> go.Figure:
        """Return the replay of the run: data and fit, the loss, and the weights.

        One or two weights of a line are shown on the surface of their loss. language: one
        of `LANGUAGES`, as `en`. Raises ValueError for another.
        """
        _ = translator(language)
        line = self.settings.lesson.form.straight
        panel = surfaces.panel(self, self.settings, CONTOUR, _) if line else None
        return drawn(replay.replay(self, self.settings, _, panel=panel))

    def _repr_html_(self) -> str:
        """Return the verdict with its cause, the numbers that the page shows, and the weights."""
        _ = translator()
        best = analysis.sought(self.settings)
        judged = judge(self, self.settings)
        said = [verdict_words.seen(judged, _), verdict_words.why(judged, self.settings, _)]
        rows = verdict_words.numbers(self, best.floor if best else None, _)
        rows += [(name, f"{value:.4g}", "") for name, value in self.first_weights().items()]
        return card(said, rows)


def run(stage: str, **settings: Any) -> RunHistory:
    """Train one stage in this process and return what happened.

    settings: fields of `playground.core.settings.Settings`; those not given take the tutorial's
    values for the stage.

    Raises ValueError for an unknown stage, a knob that the stage does not have, or a value out
    of bounds; the text names the value, the bounds and the choices. Raises RuntimeError, torch's
    own, for a device that is not on this machine.
    """
    # here and not above: torch takes seconds to import
    from playground.core import training

    chosen = Settings.of(stage, **settings)
    return RunHistory(settings=chosen, **vars(training.run(chosen)))


def translator(language: str | None = None) -> Translate:
    """Return the translator to `language`, or to that of the environment.

    Raises ValueError for a language that is not there.
    """
    if language is None:
        language = i18n.nearest(default_locale("LC_MESSAGES"))
    return i18n.translator(LANGUAGE.check("language", language))


def drawn(figure: Figure) -> go.Figure:
    """Return a figure that a notebook shows by itself, on white as on a page."""
    import plotly.graph_objects as go

    return go.Figure(figure).update_layout(template="plotly_white")


def card(said: Sequence[str], rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Return paragraphs and a table under them, as HTML."""
    import pandas as pd

    table = pd.DataFrame(rows, columns=header or None)
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in said if text)
    return paragraphs + str(table.to_html(index=False, header=bool(header), border=0))
