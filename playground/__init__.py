"""Gradient Playground: learn how PyTorch learns, on your own real run.

Four functions for a notebook or a script, each of which runs in the caller's process: `run` trains
a stage, `race` sends optimizers down one function, `sweep` tries a hundred learning rates, `trace`
goes forward and backward through an expression.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["race", "run", "sweep", "trace"]

if TYPE_CHECKING:
    from playground.core.notebook import run
    from playground.features.graph.notebook import trace
    from playground.features.learning_rates.notebook import sweep
    from playground.features.optimizers.notebook import race
else:
    _HOMES = {
        "race": "playground.features.optimizers.notebook",
        "run": "playground.core.notebook",
        "sweep": "playground.features.learning_rates.notebook",
        "trace": "playground.features.graph.notebook",
    }

    def __getattr__(name: str) -> Any:
        # not before somebody asks: every process of the app imports this package first
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)

    def __dir__() -> list[str]:
        return [*globals(), *_HOMES]
