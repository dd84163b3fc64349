"""An expression that a learner typed -> its value in torch."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import torch

from playground.core.expression.nodes import Apply, Expression, Given, Name, Node, Number

Tensors = Mapping[str, torch.Tensor]
Part = Callable[[Tensors], Any]


def _clamp(x: Any, low: Any = None, high: Any = None) -> Any:
    """Clamp, with two numbers or two tensors: torch takes no number beside a tensor."""
    like = next((bound for bound in (low, high) if torch.is_tensor(bound)), None)
    if like is not None:
        low, high = (None if bound is None else _tensor(bound, like) for bound in (low, high))
    return torch.clamp(x if like is None else _tensor(x, like), low, high)


def _where(condition: Any, x: Any, other: Any) -> Any:
    like = x if torch.is_tensor(x) else other
    return torch.where(_tensor(condition, like).bool(), _tensor(x, like), _tensor(other, like))


def _of_two(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of two tensors as one of a tensor and a number too."""

    def call(x: Any, other: Any) -> Any:
        return apply(_tensor(x, other), _tensor(other, x))

    return call


def _larger(of_one: Callable[..., Any], of_two: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, *other: Any) -> Any:
        return _of_two(of_two)(x, *other) if other else of_one(x)

    return call


def _along(apply: Callable[..., Any]) -> Callable[..., Any]:
    """Return a sum or the like, over all or along a dimension."""

    def call(x: Any, dim: float | None = None) -> Any:
        return apply(x) if dim is None else apply(x, dim=int(dim))

    return call


def _tensor(value: Any, like: Any) -> torch.Tensor:
    """Return a number as a tensor of the same kind as `like`; a tensor as it is."""
    return value if torch.is_tensor(value) else torch.as_tensor(value, dtype=like.dtype)


OPERATORS = frozenset(
    {"add", "eq", "ge", "gt", "le", "lt", "matmul", "mul", "ne", "neg", "pow", "sub", "truediv"}
)
"""Python's own, which a tensor overloads."""

CALLS: Mapping[str, Callable[..., Any]] = {
    "clamp": _clamp,
    "max": _larger(torch.max, torch.maximum),
    "maximum": _of_two(torch.maximum),
    "mean": _along(torch.mean),
    "min": _larger(torch.min, torch.minimum),
    "minimum": _of_two(torch.minimum),
    "mse_loss": _of_two(torch.nn.functional.mse_loss),
    "norm": torch.linalg.vector_norm,
    "prod": _along(torch.prod),
    "softmax": lambda x, dim: torch.softmax(x, int(dim)),
    "softplus": torch.nn.functional.softplus,
    "sum": _along(torch.sum),
    "transpose": torch.t,
    "where": _where,
}
"""What is not plainly the function of its name in torch."""


class Evaluation:
    """Computes an expression from its tensors, also under torch.vmap.

    It knows which part is being computed, for a tracer that asks `where` in between.
    """

    def __init__(self, parsed: Expression) -> None:
        self._text = parsed.text
        self._span = 0, len(parsed.text)
        self._given = parsed.given
        self._lines = [(line.name, self._compiled(line.value)) for line in parsed.lines]

    def __call__(
        self, tensors: Tensors, named: Callable[[torch.Tensor, str], None] | None = None
    ) -> Any:
        """Return the value of the last line.

        tensors: one for each name of the expression; those whose numbers the text gives may be
        left out. named: is told of each line that gives its value a name.
        """
        known = dict(tensors)
        like = next(iter(tensors.values()), torch.empty(()))
        for given in self._given:
            known.setdefault(given.name, made(given, like.dtype))
        value: Any = None
        for name, compute in self._lines:
            value = compute(known)
            if name:
                known[name] = value
                if named and torch.is_tensor(value):
                    named(value, name)
        return _tensor(value, like)

    def where(self) -> tuple[int, str]:
        """Return the line and the part of the text that is being computed."""
        start, end = self._span
        return self._text.count("\n", 0, start) + 1, self._text[start:end]

    def column(self) -> int:
        """Return where in its line the part that is being computed begins."""
        start = self._span[0]
        return start - self._text.rfind("\n", 0, start) - 1

    def _compiled(self, node: Node | None) -> Part:
        """Return what computes a part: a tensor, or a plain number; None computes nothing."""
        if node is None:
            return lambda known: None
        if isinstance(node, Number):
            value = node.value
            return lambda known: value
        if isinstance(node, Name):
            return operator.itemgetter(node.name)
        return self._applied(node)

    def _applied(self, node: Apply) -> Part:
        parts = [self._compiled(part) for part in node.parts]
        span = node.start, node.end
        first = 1 if node.function == "where" else 0  # its condition is true or false
        home = operator if node.function in OPERATORS else torch
        apply = CALLS.get(node.function) or getattr(home, node.function)

        def compute(known: Tensors) -> Any:
            values = [part(known) for part in parts]
            if not any(map(torch.is_tensor, values[first:])):  # so that log(0) is -inf, as in torch
                values[first] = torch.tensor(values[first], dtype=_dtype(known))
            self._span = span
            return apply(*values)

        return compute


def _dtype(known: Tensors) -> torch.dtype:
    """Return the type of the numbers that the expression is computed in."""
    types = (value.dtype for value in known.values() if torch.is_tensor(value))
    return next((dtype for dtype in types if dtype.is_floating_point), torch.get_default_dtype())


def made(given: Given, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Return a tensor of the numbers that a text gives."""
    return torch.tensor(given.numbers, dtype=dtype).reshape(given.shape)
