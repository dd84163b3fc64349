"""What can be written in an expression: its functions, its constants, and where torch has them."""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Function:
    """A function of torch.

    arguments: their names, as torch has them but for the first. needed: how many must be there.
    method: whether a tensor has it as a method, with the same arguments.
    """

    arguments: tuple[str, ...] = ("x",)
    needed: int = 1
    method: bool = True


def _of(arguments: str, needed: int, method: bool = True) -> Function:
    return Function(tuple(arguments.split(", ")), needed, method)


OF_ONE = (
    "abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "erf", "exp", "expm1", "floor", "log",
    "log1p", "neg", "norm", "reciprocal", "relu", "round", "rsqrt", "sigmoid", "sign", "sin",
    "sinh", "sqrt", "square", "tan", "tanh",
)  # fmt: skip
"""Those that take a tensor alone; norm gives one number."""

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        **dict.fromkeys(OF_ONE, Function()),
        **dict.fromkeys(("mean", "prod", "sum"), _of("x, dim", 1)),
        "clamp": _of("x, min, max", 2),
        "dot": _of("x, other", 2),
        "matmul": _of("x, other", 2),
        "mse_loss": _of("x, target", 2, method=False),
        "max": _of("x, other", 1),
        "maximum": _of("x, other", 2),
        "min": _of("x, other", 1),
        "minimum": _of("x, other", 2),
        "pow": _of("x, exponent", 2),
        "softmax": _of("x, dim", 2),
        "softplus": _of("x", 1, method=False),
        "where": _of("condition, x, other", 3, method=False),
    }
)

FEW = "sin, exp, log, sqrt, relu, sum, mean, max, where"
OF_VECTORS = ("matmul", "dot", "transpose", "softmax")  # nothing for a single number

CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "π": math.pi, "e": math.e})

FUNCTIONAL = ("F", "nn.functional", "torch.nn.functional")
MODULES = ("torch", "math", "np", "numpy", *FUNCTIONAL)
NOT_IN_TORCH = ("mse_loss", "softplus")
IN_FUNCTIONAL = ("mse_loss", "relu", "sigmoid", "softmax", "softplus", "tanh")
MAKERS = ("Scalar", "Tensor", "Value", "tensor")  # they make a tensor of numbers

OTHERWISE: Mapping[str, str] = MappingProxyType(
    {
        "ln": "log", "sen": "sin", "seno": "sin", "tg": "tan", "sgn": "sign", "avg": "mean",
        "average": "mean", "power": "pow", "sqr": "square", "root": "sqrt", "fabs": "abs",
        "arcsin": "asin", "arccos": "acos", "arctan": "atan", "logistic": "sigmoid",
        "clip": "clamp", "inv": "reciprocal", "log10": "log", "mm": "matmul", "mv": "matmul",
         "log2": "log", "total": "sum",
    }
)  # fmt: skip
"""What others call these functions."""

KEYWORDS = frozenset({*keyword.kwlist, "print"})


def usage(name: str) -> str:
    """Return how a function is written, as clamp(x, min, max)."""
    return f"{name}({', '.join(FUNCTIONS[name].arguments)})"
