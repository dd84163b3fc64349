"""The derivatives of one operation, and of a small result, worked out by autograd's own nodes."""

from __future__ import annotations

from typing import Any

import torch

from playground.core.autograd.reading import described
from playground.core.graphs.graph import Value

MATRIX = 6  # outputs or inputs of an operation whose derivative is worked out in full


def rows(function: Any) -> list[tuple[torch.Tensor | None, ...]]:
    """Return what a node sends back for each unit vector.

    Nothing if there are too many, or torch raises an error: then the backward pass shows it.
    """
    metadata = function._input_metadata[0]
    size = int(torch.Size(metadata.shape).numel())
    if size > MATRIX:
        return []
    rows = []
    call = function if callable(function) else function.apply
    for unit in torch.eye(size, dtype=metadata.dtype, device=metadata.device):
        try:
            sent = call(unit.reshape(metadata.shape))
        except RuntimeError:
            return []
        rows.append(sent if isinstance(sent, tuple) else (sent,))
    return rows


def local(given: list[torch.Tensor | None], shape: tuple[int, ...]) -> Value | None:
    """Return the Jacobian of an operation: its diagonal where the operation is elementwise."""
    if any(row is None for row in given):
        return None
    jacobian = torch.stack([row.detach().flatten() for row in given if row is not None])
    outputs, inputs = jacobian.shape
    if inputs > MATRIX:
        return None
    if outputs == inputs and torch.equal(jacobian, torch.diag(torch.diag(jacobian))):
        return described(torch.diag(jacobian).reshape(shape))
    first = given[0]
    if outputs == 1 and first is not None:
        return described(first)
    return described(jacobian)


def jacobian(
    result: torch.Tensor, leaves: dict[str, torch.Tensor]
) -> tuple[tuple[str, Value], ...]:
    """Return d(result)/d(leaf) as a matrix for each leaf, where the result is a small vector.

    Nothing where torch raises an error: then the backward pass shows it.
    """
    if result.dim() != 1 or result.numel() > MATRIX:
        return ()
    try:
        return tuple(
            (name, described(_by(leaf, result)))
            for name, leaf in leaves.items()
            if leaf.numel() <= MATRIX
        )
    except RuntimeError:
        return ()


def _by(leaf: torch.Tensor, result: torch.Tensor) -> torch.Tensor:
    """Return d(result)/d(leaf), a row for each element of the result."""
    rows = [
        torch.autograd.grad(result, leaf, unit, retain_graph=True)[0].flatten()
        for unit in torch.eye(result.numel(), dtype=result.dtype)
    ]
    return torch.stack(rows)
