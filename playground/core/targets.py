"""The functions that can be fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A function to fit: as it is written, and the same in NumPy, of `x`."""

    latex: str
    source: str

    @cached_property
    def function(self) -> Callable[[Array], Array]:
        """What `source` works out."""
        function: Callable[[Array], Array] = eval(f"lambda x: {self.source}", {"np": np})
        return function


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "sin": Target(r"\sin x", "np.sin(x)"),
        "cos": Target(r"\cos x", "np.cos(x)"),
        "exp": Target(r"e^{x/2}", "np.exp(x / 2)"),
        "gauss": Target(r"e^{-x^2}", "np.exp(-(x**2))"),
        "abs": Target(r"|x|", "np.abs(x)"),
        "step": Target(r"\operatorname{sign} x", "np.sign(x)"),
        "sin3": Target(r"\sin 3x", "np.sin(3 * x)"),
        "cubic": Target(r"x^3/10 - x/2", "x**3 / 10 - x / 2"),
    }
)
