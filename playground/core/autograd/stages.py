"""The graphs of a stage's own run: of its loss at an epoch, and of one forward after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import torch

from playground.core import training
from playground.core.autograd import reading, tracing
from playground.core.autograd.watching import Watch
from playground.core.graphs.graph import Flip, Graph
from playground.core.settings import Settings
from playground.jobs.failure import Failure


def stage(settings: Settings, epoch: int = 0, x: float | None = None) -> Iterator[Graph]:
    """Yield the graph of the loss at an epoch of a run: on all its points, or on one `x` alone."""
    steps = _at(settings, epoch, x)
    with Watch(path=str(settings.lesson.path)) as watch:
        result, _weights = next(steps)
    yield tracing.graph(result, watch) if torch.is_tensor(result) else _none(result)


def flips(settings: Settings, epoch: int, count: int) -> Iterator[Flip]:
    """Yield `count` consecutive forward passes of a run, from `epoch` on, with their gradients."""
    steps = _at(settings, epoch)
    with Watch(path=str(settings.lesson.path)) as watch:
        result, weights = next(steps)
    for k in range(count):
        traced = tracing.graph(result, watch)
        names = [watch.names[id(w)] for w in weights]
        with Watch(path=str(settings.lesson.path)) as watch:
            result, weights = next(steps)  # goes backward by itself, then forward again
        left = [None if w.grad is None else reading.described(w.grad) for w in weights]
        yield Flip(epoch=epoch + k, graph=traced, gradients=tuple(zip(names, left, strict=True)))


def _at(settings: Settings, epoch: int, x: float | None = None) -> training.Run:
    """Return a run that has gone up to `epoch`: its next value is the loss of that epoch."""
    sample = None
    if x is not None:
        function, point = settings.lesson.sample.function(settings), np.array([x])
        assert function, "these points follow no function"
        sample = point, function(point)
    steps = training.start(settings, sample)
    deque(islice(steps, epoch), maxlen=0)
    return steps


def _none(result: Any) -> Graph:
    """Return the graph that there is where NumPy computed: none, and what asking for one raises."""
    try:
        result.backward()
    except AttributeError as error:
        said = Failure.of(error)
    return Graph(nodes=(), edges=(), forward=(), backward=(), result="", error=said)
