"""A run: the settings and what it did."""

from __future__ import annotations

from dataclasses import dataclass

from playground.core.history import History
from playground.core.settings import Settings


@dataclass(frozen=True)
class Run:
    """A run that is over: finished, diverged or stopped."""

    settings: Settings
    history: History
