"""Trace an example or an expression, in a worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch

from playground.core import expression
from playground.core.autograd import reading, tracing
from playground.core.autograd.evaluation import Evaluation
from playground.core.autograd.watching import Watch
from playground.core.graphs.graph import Again, Graph
from playground.features.graph.knobs import EXAMPLES, Input

Numbers = tuple[float, ...]
Traced = tuple[Any, Watch]


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
        evaluation = Evaluation(parsed)
        with Watch(where=evaluation.where, column=evaluation.column) as watch:
            watch.name(tensors)
            return evaluation(tensors, watch.name_first), watch

    yield _whole(run, v)


def _tensors(inputs: tuple[Input, ...]) -> dict[str, torch.Tensor]:
    """Return the tensors a learner gave."""
    return {
        i.name: torch.tensor(i.numbers).reshape(i.shape or ()).clone().requires_grad_(i.tracked)
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
