"""Run the lessons on accumulation; yield what `.grad` held at every step, as plain numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

from playground.core import data
from playground.core.autograd import reading, tracing
from playground.core.settings import Settings
from playground.features.accumulation.knobs import (
    CLEARINGS,
    DIVISIONS,
    OPERATIONS,
    POINTS,
    UPDATES,
    UPDATES_OF_ZERO_GRAD,
    Forgotten,
    Loop,
    MicroBatches,
    Retain,
)
from playground.features.accumulation.results import Call, Cleared, Division, Fit, Walk
from playground.jobs.failure import Failure
from playground.lessons.autograd import (
    accumulate_forgotten,
    accumulate_loop,
    accumulate_micro_batches,
    accumulate_retain,
)


def loop(settings: Loop) -> Iterator[Cleared]:
    """Yield what each way to clear leads to, in the order of `CLEARINGS`."""
    for clearing in CLEARINGS:
        yield _cleared(clearing, settings.steps)


def _cleared(clearing: str, steps: int) -> Cleared:
    moments = accumulate_loop.repeat(max(steps, 2), clearing=clearing)
    after_backward: list[tuple[float, ...]] = []
    after_clearing: list[tuple[float, ...] | None] = []
    first, same = None, True
    for grad in moments:  # numbers at once: the next backward may write into this tensor
        first = grad if first is None else first
        same = (
            grad.data_ptr() == first.data_ptr()
        )  # `first` is alive, so nothing else has its address
        after_backward.append(tuple(grad.tolist()))
        left = next(moments)
        after_clearing.append(None if left is None else tuple(left.tolist()))
    assert first is not None
    return Cleared(
        clearing,
        tuple(after_backward[:steps]),
        tuple(after_clearing[:steps]),
        same,
        tuple(first.tolist()),
    )


def retain(settings: Retain) -> Iterator[Walk]:
    """Yield the walks through the graph of each operation, with and without `retain_graph`."""
    for operation in OPERATIONS:
        for retain_graph in (True, False):
            yield _walk(operation, retain_graph, settings.calls)


def _walk(operation: str, retain_graph: bool, count: int) -> Walk:
    moments = accumulate_retain.walk(count, operation=operation, retain_graph=retain_graph)
    z, w, b = next(moments)
    keeps = tuple(_keeps(z))

    def call(error: Failure | None = None) -> Call:
        return Call(_item(w.grad), _item(b.grad), keeps, _freed(z), error)

    calls = [call()]
    try:
        for _ in moments:
            calls.append(call())
    except RuntimeError as error:  # torch's own answer is what the page shows
        calls.append(call(Failure.of(error)))
    return Walk(operation, retain_graph, tuple(calls))


def _item(grad: torch.Tensor | None) -> float | None:
    return None if grad is None else float(grad.item())


def _keeps(result: torch.Tensor) -> Iterator[str]:
    """Yield the tensors that the graph keeps for its backward pass."""
    for node in reading.nodes(result):
        for name, value in reading.kept(node):
            if isinstance(value, torch.Tensor):
                yield f"{node.name()}: {name.removeprefix('_saved_')} = {value.item():g}"


def _freed(result: torch.Tensor) -> bool:
    """Return whether what the graph kept was freed: then torch raises where it is read."""
    return any(tracing.raised(partial(reading.kept, node)) for node in reading.nodes(result))


def micro_batches(settings: MicroBatches) -> Iterator[Division]:
    """Yield one fit for each way to divide the batch's loss, in the order of `DIVISIONS`.

    In float64, so that rounding is far below what a curve can show.
    """
    points = [torch.tensor(values) for values in data.sample("sin", POINTS)]
    start = data.start(Settings.of("autograd"))
    for divide in DIVISIONS:
        sizes = [POINTS] if divide == "full" else list(settings.sizes)
        moments = accumulate_micro_batches.train(
            *points, start, updates=UPDATES, learning_rate=settings.rate, sizes=sizes, divide=divide
        )
        yield _division(divide, sizes, moments)


def _division(divide: str, sizes: list[int], moments: Iterator[Any]) -> Division:
    gradients: list[list[float]] = []
    losses: list[float] = []
    mean = 0.0
    for k, (loss, weights) in enumerate(moments):
        step, part = divmod(k, len(sizes))
        if step == 0:
            gradients.append([w.grad.item() for w in weights])
        mean = (mean if part else 0.0) + loss.item() * sizes[part] / POINTS
        if part == len(sizes) - 1:
            losses.append(mean)
            if not np.isfinite(mean):
                break
    return Division(divide, np.array(gradients), np.array(losses))


def forgotten(settings: Forgotten) -> Iterator[Fit]:
    """Yield the stage's fit cleared, not cleared, and cleared with momentum 1.0.

    On the stage's own points, starting weights and float32.
    """
    stage = Settings.of("autograd")
    points = [torch.tensor(v, dtype=torch.float32) for v in data.sample_for(stage)]
    for update in UPDATES_OF_ZERO_GRAD:
        moments = accumulate_forgotten.train(
            *points,
            data.start(stage),
            epochs=settings.fit_epochs,
            learning_rate=settings.fit_rate,
            update=update,
        )
        yield _fit(update, moments)


def _fit(update: str, moments: Iterator[Any]) -> Fit:
    rows: list[list[float]] = []
    for loss, weights in moments:
        grads = [w.grad.item() for w in weights]
        rows.append([loss.item(), *(w.item() for w in weights), *grads])
        if not np.isfinite(rows[-1][0]):
            break
    table = np.array(rows)
    return Fit(update, table[:, 0], table[:, 1:5], table[:, 5:])
