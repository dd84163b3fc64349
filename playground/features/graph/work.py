"""Trace an example or an expression, in a worker."""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from lark import Token, Tree

from playground.core import expression
from playground.core.autograd import reading, tracing
from playground.core.autograd.graph import Again, Graph
from playground.core.autograd.watching import Watch
from playground.features.graph.knobs import EXAMPLES, Input

Numbers = tuple[float, ...]
Traced = tuple[Any, Watch]
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(torch, name) for name in expression.FUNCTIONS
}


def example(slug: str, inputs: tuple[Input, ...], v: Numbers | None = None) -> Iterator[Graph]:
    """Yield the graph of an example with `inputs`; `v` is for a result that is a vector."""
    chosen = EXAMPLES[slug]
    forward = importlib.import_module(chosen.module).forward

    def run() -> Traced:
        tensors = _tensors(inputs)
        with Watch(path=str(chosen.path)) as watch:
            return forward(**tensors), watch

    yield _whole(run, v)


def own(text: str, inputs: tuple[Input, ...], v: Numbers | None = None) -> Iterator[Graph]:
    """Yield the graph of an expression that a learner typed."""
    parsed = expression.parse(text)

    def run() -> Traced:
        tensors = _tensors(inputs)
        evaluation = _Evaluation(parsed.text, tensors)
        with Watch(where=evaluation.where) as watch:
            watch.name(tensors)
            return evaluation.value(parsed.tree), watch

    yield _whole(run, v)


def _tensors(inputs: tuple[Input, ...]) -> dict[str, torch.Tensor]:
    """Return the tensors a learner gave; one number makes a scalar, more a vector."""
    return {
        i.name: torch.tensor(
            i.numbers[0] if len(i.numbers) == 1 else i.numbers, requires_grad=i.tracked
        )
        for i in inputs
    }


def _whole(run: Callable[[], Traced], v: Numbers | None) -> Graph:
    result, watch = run()
    vector = None if v is None else torch.tensor(v).reshape(result.shape)
    traced = tracing.graph(result, watch, vector)
    again = () if traced.error else tuple(_again(run, vector, retain) for retain in (False, True))
    return Graph(**{**vars(traced), "again": again})


def _again(run: Callable[[], Traced], v: torch.Tensor | None, retain: bool) -> Again:
    """Go backward twice through a fresh graph, and tell what came of it."""
    result, watch = run()
    nodes = reading.nodes(result)
    tracing.backward(result, v, retain)
    freed = tuple(node.name() for node in nodes if tracing.raised(partial(reading.kept, node)))
    error = tracing.raised(lambda: tracing.backward(result, v, retain))
    gradients = tuple(
        (watch.names[id(leaf)], str(reading.described(leaf.grad)))
        for leaf in (node.variable for node in nodes if hasattr(node, "variable"))
        if leaf.grad is not None
    )
    return Again(retain=retain, error=error, gradients=gradients, freed=freed)


class _Evaluation:
    """Computes a parsed expression, and knows which part of it is at work."""

    def __init__(self, text: str, tensors: dict[str, torch.Tensor]) -> None:
        self._text, self._tensors = text, tensors
        self._span = (0, len(text))

    def where(self) -> tuple[int | None, str]:
        """Return the part of the text that is at work."""
        start, end = self._span
        return 1, self._text[start:end]

    def value(self, node: Tree[Any] | Token) -> Any:
        """Return what a part of the tree comes to: a tensor, or a plain number."""
        assert isinstance(node, Tree)
        if node.data in ("number", "exponent"):
            return expression.number(node)
        if node.data == "name":
            return self._tensors[str(node.children[0])]
        if node.data == "call":
            apply, parts = FUNCTIONS[str(node.children[0])], node.children[1:]
        else:
            apply, parts = getattr(operator, node.data), node.children
        values = [self.value(part) for part in parts]
        if not any(torch.is_tensor(value) for value in values):
            values = [torch.tensor(value) for value in values]  # so that 1/0 is inf, as in torch
        self._span = node.meta.start_pos, node.meta.end_pos
        return apply(*values)
