"""What a host may set by environment: read once, when this module is imported."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Variable:
    """A whole number that a host may set: its default, and the least and most it may be."""

    name: str
    default: int
    low: int
    high: int

    @property
    def value(self) -> int:
        """What the environment says, or else the default; raises ValueError if it says nonsense."""
        text = os.environ.get(self.name, "").strip() or str(self.default)
        rule = f"it must be a whole number from {self.low} to {self.high}"
        try:
            value = int(text)
        except ValueError:
            raise ValueError(f"{self.name} is {text!r}, but {rule}") from None
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name} is {text!r}, but {rule}")
        return value


def on(name: str) -> bool:
    """Return what the environment says of a switch, on by default; ValueError if it is nonsense."""
    text = os.environ.get(name, "").strip() or "on"
    if text not in ("on", "off"):
        raise ValueError(f"{name} is {text!r}, but it must be on or off")
    return text == "on"


VARIABLES: Mapping[str, Variable] = MappingProxyType(
    {
        variable.name: variable
        for variable in (
            Variable("PLAYGROUND_RUNS_AT_ONCE", 0, 0, 10_000),
            Variable("PLAYGROUND_RUNS_WAITING", 200, 0, 100_000),
            Variable("PLAYGROUND_RUN_SECONDS", 120, 1, 86_400),
            Variable("PLAYGROUND_RUN_MEGABYTES", 256, 64, 1_000_000),
            Variable("PLAYGROUND_EPOCHS", 30_000, 2000, 30_000),
            Variable("PLAYGROUND_UPLOAD_KILOBYTES", 1024, 0, 1024),
            Variable("PLAYGROUND_CACHE_MEGABYTES", 64, 0, 100_000),
        )
    }
)

_values = {name: variable.value for name, variable in VARIABLES.items()}
EPOCHS = _values["PLAYGROUND_EPOCHS"]
UPLOAD_BYTES = _values["PLAYGROUND_UPLOAD_KILOBYTES"] * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one job may use, and how many may run at once.

    at_once, waiting: of the short jobs, and of the long ones; at_once 0 stands for as many as
        there are cores, here or in the cluster. unseen_seconds: after how long a job ends that
        nobody asks about. parts_megabytes: how much it may yield, pickled.
    """

    seconds: float = _values["PLAYGROUND_RUN_SECONDS"]
    megabytes: int = _values["PLAYGROUND_RUN_MEGABYTES"]
    at_once: int = _values["PLAYGROUND_RUNS_AT_ONCE"]
    waiting: int = _values["PLAYGROUND_RUNS_WAITING"]
    cache_megabytes: int = _values["PLAYGROUND_CACHE_MEGABYTES"]
    unseen_seconds: float = 20.0
    parts_megabytes: int = 20
