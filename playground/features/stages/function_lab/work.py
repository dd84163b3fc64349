"""A custom Function -> what gradcheck, backward(), a fit and torch.func find out about it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import numpy as np
import torch

from playground.core import data
from playground.core.autograd.tracing import raised
from playground.core.settings import Settings
from playground.features.stages.function_lab.results import (
    EPOCHS,
    FAR,
    NEAR,
    Array,
    Check,
    Fit,
    Jacobian,
)
from playground.jobs.failure import Failure
from playground.lessons.autograd import function_torch_func
from playground.lessons.polynomial import fit_custom_function

STEP = 1e-6

Operation = Callable[[torch.Tensor], torch.Tensor]
Train = Callable[..., Iterator[tuple[torch.Tensor, Any]]]


def check(slug: str) -> Iterator[Check]:
    """Yield, once, what every check finds out about the version `slug`."""
    name = f"playground.lessons.autograd.function_{slug}"
    function = importlib.import_module(name).LegendrePolynomial3
    summed, summed_raised = _summed(function.apply)
    func, func_raised = _func(function)
    loop = fit(with_function(function))
    yield Check(
        slug=slug,
        near=jacobian(function.apply, NEAR),
        far=jacobian(function.apply, FAR),
        summed=summed,
        summed_raised=summed_raised,
        loss_raised=_first_backward(with_function(function)),
        loop=loop,
        optim=fit(with_optimizer(function)),
        func=func,
        func_raised=func_raised,
    )


def jacobian(operation: Operation, inputs: tuple[float, ...]) -> Jacobian:
    """Return the derivatives of `operation` at `inputs` and what gradcheck says to them."""
    x = _leaf(inputs)
    columns, failure = _columns(operation, x)
    given = [np.zeros(len(inputs)) if column is None else column for column in columns]
    return Jacobian(
        inputs=inputs,
        numeric=differences(operation, x),
        analytic=None if failure else np.stack(given, axis=1),
        none=any(column is None for column in columns),
        raised=failure,
        gradcheck=raised(lambda: torch.autograd.gradcheck(operation, (x,))),
    )


def differences(operation: Operation, x: torch.Tensor) -> Array:
    """Return central differences, shape (inputs, outputs): an input moves by `STEP` each way."""
    rows = []
    with torch.no_grad():
        for move in torch.eye(len(x), dtype=x.dtype) * STEP:
            rows.append((operation(x + move) - operation(x - move)) / (2 * STEP))
    matrix: Array = torch.stack(rows).numpy()
    return matrix


def _columns(operation: Operation, x: torch.Tensor) -> tuple[list[Array | None], Failure | None]:
    """Return what `backward` gives for upstream 1 at one output and 0 at the others, for each."""
    columns: list[Array | None] = []
    for upstream in torch.eye(len(x), dtype=x.dtype):
        try:
            (grad,) = torch.autograd.grad(operation(x), x, upstream, allow_unused=True)
        except RuntimeError as error:
            return [], Failure.of(error)
        columns.append(None if grad is None else grad.numpy())
    return columns, None


def _summed(operation: Operation) -> tuple[Array | None, Failure | None]:
    x = _leaf(NEAR)
    failure = raised(lambda: operation(x).sum().backward())  # type: ignore[no-untyped-call]
    return None if failure or x.grad is None else x.grad.numpy(), failure


def _func(function: type[torch.autograd.Function]) -> tuple[Array | None, Failure | None]:
    x = _leaf(NEAR).detach()
    try:
        values: Array = function_torch_func.derivative(function, x).numpy()
    except RuntimeError as error:
        return None, Failure.of(error)
    return values, None


def _leaf(inputs: tuple[float, ...]) -> torch.Tensor:
    return torch.tensor(inputs, dtype=torch.float64, requires_grad=True)


def with_function(function: type[torch.autograd.Function]) -> Train:
    """Return the stage's own `train`, reading another LegendrePolynomial3."""
    stage = fit_custom_function
    names = vars(stage) | {"LegendrePolynomial3": function}
    return FunctionType(stage.train.__code__, names)


def with_optimizer(function: type[torch.autograd.Function]) -> Train:
    """Return the same fit, with `torch.optim.SGD` to make the step."""

    def train(
        x: torch.Tensor,
        y: torch.Tensor,
        start: tuple[float, ...],
        *,
        epochs: int,
        learning_rate: float,
    ) -> Iterator[tuple[torch.Tensor, Any]]:
        weights = [torch.tensor(w, requires_grad=True) for w in start]
        a, b, c, d = weights
        optimizer = torch.optim.SGD(weights, lr=learning_rate)
        for _ in range(epochs):
            loss = (a + b * function.apply(c + d * x) - y).pow(2).sum()  # type: ignore[no-untyped-call]
            yield loss, weights
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return train


def start(train: Train, epochs: int = EPOCHS) -> Iterator[tuple[torch.Tensor, Any]]:
    """Return the fit of the stage, with its points, rate and start, ready for its first epoch."""
    settings = Settings.of("custom_function", epochs=epochs)
    x, y = (torch.tensor(v, dtype=torch.float32) for v in data.sample_for(settings))
    rate = settings.learning_rate
    return train(x, y, data.start(settings), epochs=epochs, learning_rate=rate)


def fit(train: Train, epochs: int = EPOCHS) -> Fit:
    """Train; return the losses up to the last, or the first that is not finite or an error."""
    losses: list[float] = []
    failure = None
    try:
        for loss, _weights in start(train, epochs):
            losses.append(loss.item())
            if not np.isfinite(losses[-1]):
                break
    except (RuntimeError, TypeError) as error:
        failure = Failure.of(error)
    return Fit(losses=np.array(losses), raised=failure)


def _first_backward(train: Train) -> Failure | None:
    loss, _weights = next(start(train))
    return raised(loss.backward)
