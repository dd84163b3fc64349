"""An expression that breaks a rule, told in a sentence that shows the place."""

from __future__ import annotations

from typing import NoReturn, Protocol

from playground.core.expression import places
from playground.core.i18n import ToldError


class ExpressionError(ToldError):
    """An expression that breaks a rule."""


class Part(Protocol):
    """What stands between two places of a text."""

    @property
    def start(self) -> int:
        """The place of its first character."""

    @property
    def end(self) -> int:
        """The place after its last character."""


def refuse(text: str, start: int, end: int, said: str, **fields: object) -> NoReturn:
    """Raise ExpressionError, which says `said` and shows the place in `text`."""
    raise ExpressionError(said, where=places.shown(text, start, end), **fields)
