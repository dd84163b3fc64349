"""What autograd's nodes and their tensors hold, as a page shows it."""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.graph import get_gradient_edge

from playground.core.graphs.graph import Value

WHOLE = 36  # numbers of a tensor that are kept


def nodes(result: torch.Tensor) -> list[Any]:
    """Return autograd's nodes that lead to `result`, each once, its own first."""
    found: dict[Any, None] = {}
    waiting = [get_gradient_edge(result).node]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting += [source for source, _ in reversed(node.next_functions) if source is not None]
    return list(found)


def hidden(function: Any) -> torch.Tensor | None:
    """Return the output of a node that torch made inside of another operation, if it tells."""
    if function.name() == "TBackward0":  # the transposed weight of a linear layer
        found: torch.Tensor = function.next_functions[0][0].variable.t()
        return found
    return getattr(function, "_saved_result", None)  # 1/w of 2/w, for one


def kept(function: Any) -> list[tuple[str, Any]]:
    """Return what a node keeps for its backward: torch's names, and the values.

    Raises RuntimeError, torch's own, once the tensors among them are freed.
    """
    tensors = getattr(function, "saved_tensors", ())  # of a Function written in Python
    found = [(f"saved_tensors[{k}]", tensor) for k, tensor in enumerate(tensors)]
    names = [name for name in dir(function) if name.startswith("_saved_") and "_sym_" not in name]
    found += [(name, getattr(function, name)) for name in names]
    return [(name, value) for name, value in found if value is not None]


def saved(function: Any) -> tuple[tuple[str, str], ...]:
    """Return what a node keeps for its backward, the values in short."""
    return tuple(
        (name, str(described(value) if isinstance(value, torch.Tensor) else value))
        for name, value in kept(function)
    )


def described(tensor: torch.Tensor) -> Value:
    """Return a tensor as a page shows it."""
    flat = tensor.detach().flatten().double().cpu()
    if not flat.numel():
        return Value(shape=tuple(tensor.shape))
    return Value(
        shape=tuple(tensor.shape),
        numbers=tuple(flat.tolist()) if flat.numel() <= WHOLE else (),
        low=float(flat.min()),
        high=float(flat.max()),
    )
