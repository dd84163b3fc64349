"""An expression that a learner typed -> its value in torch."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import torch
from lark import Token, Tree

from playground.core import expression
from playground.core.expression import Expression

Tensors = Mapping[str, torch.Tensor]


class Evaluation:
    """Computes an expression from its tensors, also under torch.vmap.

    It knows which part is being computed, for a tracer that asks `where` in between.
    """

    def __init__(self, parsed: Expression) -> None:
        self._text = parsed.text
        self._span = 0, len(parsed.text)
        self._compute = self._compiled(parsed.tree)

    def __call__(self, tensors: Tensors) -> Any:
        """Return the value; `tensors` has one for each name of the expression."""
        return self._compute(tensors)

    def where(self) -> tuple[int, str]:
        """Return the line and the part of the text that is being computed."""
        start, end = self._span
        return 1, self._text[start:end]

    def _compiled(self, node: Tree[Any] | Token) -> Callable[[Tensors], Any]:
        """Return what computes a part of the tree: a tensor, or a plain number."""
        assert isinstance(node, Tree)
        if node.data in ("number", "exponent"):
            number = expression.number(node)
            return lambda tensors: number
        if node.data == "name":
            return operator.itemgetter(str(node.children[0]))
        called = node.data == "call"
        apply = getattr(torch, str(node.children[0])) if called else getattr(operator, node.data)
        parts = [self._compiled(part) for part in node.children[called:]]
        span = node.meta.start_pos, node.meta.end_pos

        def compute(tensors: Tensors) -> Any:
            values = [part(tensors) for part in parts]
            if not any(map(torch.is_tensor, values)):  # so that 1/0 is inf, as in torch
                dtype = next(iter(tensors.values())).dtype
                values = [torch.tensor(value, dtype=dtype) for value in values]
            self._span = span
            return apply(*values)

        return compute
