"""Gradient Playground: learn how PyTorch learns, on your own real run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.core.history import History

__all__ = ["run"]


def run(stage: str, **settings: Any) -> History:
    """Train one stage in this process and return what happened.

    `settings` are fields of `playground.core.settings.Settings`; those not given take the
    tutorial's values for the stage.

    Raises ValueError for an unknown stage, a knob that the stage does not have, or a value out
    of bounds; the text names the value, the bounds and the choices.
    """
    # here and not above: torch takes seconds to import, and the web process never needs it
    from playground.core.settings import Settings
    from playground.core.training import run

    return run(Settings.of(stage, **settings))
