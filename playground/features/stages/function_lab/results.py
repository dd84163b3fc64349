"""What checks found out about a custom Function, as plain data: the code, matrices and runs."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.core import catalog
from playground.jobs.failure import Failure

Array = NDArray[np.float64]

FUNCTIONS = (
    "good",
    "setup_context",
    "dropped_factor",
    "ignores_upstream",
    "returns_none",
    "wrong_shape",
    "outer_product",
    "clamped_input",
)
NEAR = (-0.9, -0.3, 0.4, 0.8)
FAR = (-2.7, -0.9, 1.2, 2.4)
EPOCHS = 500
RTOL, ATOL = 1e-3, 1e-5  # torch.autograd.gradcheck's own
NOTICEABLE = 1.05  # times the loss of the correct version


@dataclass(frozen=True, kw_only=True)
class Jacobian:
    """The derivatives at `inputs`, found in two ways and laid out as gradcheck does.

    Row j, column k is d(output k)/d(input j), so a column is one backward pass.
    numeric: central differences, float64.
    analytic: what `backward` gave; 0 where it gave None, as for gradcheck.
    none: whether `backward` gave None.
    raised: torch's error where that pass raised, and then `analytic` is None.
    gradcheck: the error that `torch.autograd.gradcheck` raised; None if it passed.
    """

    inputs: tuple[float, ...]
    numeric: Array
    analytic: Array | None
    none: bool
    raised: Failure | None
    gradcheck: Failure | None

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Where the two differ by more than gradcheck allows."""
        if self.analytic is None:
            return np.zeros(self.numeric.shape, dtype=bool)
        return ~np.isclose(self.analytic, self.numeric, rtol=RTOL, atol=ATOL)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The losses of a training run, and the error that ended it, if one did."""

    losses: Array
    raised: Failure | None

    def fault(self, good: Fit) -> str:
        """Return what gives a mistake away: raised, diverged, rising, higher or nothing."""
        if self.raised:
            return "raised"
        last = self.losses[-1]
        if not np.isfinite(last):
            return "diverged"
        if last >= self.losses[0]:
            return "rising"
        return "higher" if last > NOTICEABLE * good.losses[-1] else ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What every check found out about one version of the Function.

    near, far: the derivatives at the inputs of `NEAR` and `FAR`.
    summed: `x.grad` after `P3(x).sum().backward()` at `NEAR`; None if there is none.
    summed_raised, loss_raised: the error of that backward pass, and of the first one of the fit.
    loop, optim: the fit with the stage's own update, and with `torch.optim.SGD`.
    func: what `function_torch_func.py` finds at `NEAR`, or None and the error it raised.
    """

    slug: str
    near: Jacobian
    far: Jacobian
    summed: Array | None
    summed_raised: Failure | None
    loss_raised: Failure | None
    loop: Fit
    optim: Fit
    func: Array | None
    func_raised: Failure | None

    @property
    def summed_wrong(self) -> bool:
        """Whether that `x.grad` is not the derivative that central differences find."""
        derivative = np.diag(self.near.numeric)
        return self.summed is None or not np.allclose(self.summed, derivative, rtol=RTOL, atol=ATOL)


def path(slug: str) -> Path:
    """Return the file of one version."""
    return catalog.FOLDER / "autograd" / f"function_{slug}.py"


def method(slug: str, name: str) -> str:
    """Return the lines of one method, moved to the left; empty if the class has none so named."""
    text = catalog.source("autograd", f"function_{slug}")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
    return ""


def changes(slug: str) -> str:
    """Return how one version differs from the correct one, as a diff."""
    return catalog.changes(path("good"), path(slug))
