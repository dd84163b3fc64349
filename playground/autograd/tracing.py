"""A real forward and backward pass -> Graph.

The forward pass was watched by a `Watch`; the backward pass is heard by hooks on autograd's own
nodes, which fire in the order in which its engine runs them, with the gradients that come and go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.graph import get_gradient_edge

from playground.autograd.graph import INPUT, LEAF, OPERATION, PLAIN, Edge, Graph, Node, Value
from playground.autograd.watching import Operation, Watch
from playground.jobs.workers import describe

WHOLE = 36  # numbers of a tensor that are kept
MATRIX = 6  # outputs or inputs of an operation whose local derivative is worked out in full


def graph(result: torch.Tensor, watch: Watch, v: torch.Tensor | None = None) -> Graph:
    """Run backward from `result` and return what it and the forward pass did.

    v: the vector of the vector-Jacobian product; needed unless `result` has one element.
    """
    builder = _Builder(watch, result)
    if not result.requires_grad:
        return builder.graph(raised(lambda: backward(result, v)), ())
    builder.local_derivatives()
    jacobian = _jacobian(result, builder.leaves())
    builder.listen()
    return builder.graph(raised(lambda: backward(result, v, True)), jacobian)


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


def backward(result: torch.Tensor, v: torch.Tensor | None, retain: bool = False) -> None:
    """Run backward from `result`, with the vector `v` if there is one."""
    result.backward(v, retain_graph=retain)  # type: ignore[no-untyped-call]


def raised(call: Callable[[], object]) -> str:
    """Return what torch raised, or nothing."""
    try:
        call()
    except RuntimeError as error:
        return describe(error)
    return ""


class _Builder:
    """Collects the nodes that lead to a result, and what the engine tells of them."""

    def __init__(self, watch: Watch, result: torch.Tensor) -> None:
        self._watch = watch
        self._keys: dict[Any, str] = {}
        self._nodes: dict[str, dict[str, Any]] = {}
        self._edges: list[dict[str, Any]] = []
        self._places: dict[str, float] = {}
        self._order: list[str] = []
        self._gradients: dict[str, Value] = {}
        self.functions: dict[Any, str] = {}
        if result.requires_grad:
            self._result = self._visit(get_gradient_edge(result).node)
        else:
            self._result = self._plain(result)
        self._nodes[self._result]["name"] = watch.names.get(id(result), "")

    def _visit(self, function: Any) -> str:
        """Note an autograd node and all that leads to it; return its id."""
        if function in self._keys:
            return self._keys[function]
        key = self._new(function)
        self.functions[function] = key
        if hasattr(function, "variable"):
            self._nodes[key] = self._leaf(function.variable)
            return key
        for slot, (source, _number) in enumerate(function.next_functions):
            if source is not None:
                edge = {"source": self._visit(source), "target": key, "tracked": True}
                self._edges.append(edge | {"slot": slot, "function": function})
        noted = self._watch.tracked.get(function)
        self._untracked_inputs(noted, key)
        inputs = [self._places.get(e["source"], -1.0) for e in self._edges if e["target"] == key]
        self._places[key] = noted.place if noted else max(inputs, default=-1.0) + 0.1
        self._nodes[key] = self._operation(function, noted)
        return key

    def _operation(self, function: Any, noted: Operation | None) -> dict[str, Any]:
        value = self._watch.values.get(function)
        if value is None and function.name() == "TBackward0":  # linear's own, which none sees
            value = function.next_functions[0][0].variable.t()
        return {
            "kind": OPERATION,
            "label": noted.name if noted else function.name().removesuffix("0"),
            "name": self._watch.names.get(id(noted.output), "") if noted else "",
            "grad_fn": function.name(),
            "shape": tuple(function._input_metadata[0].shape),
            "value": None if value is None else described(value),
            "line": noted.line if noted else None,
            "text": noted.text if noted else "",
            "saved": saved(function),
        }

    def _leaf(self, variable: torch.Tensor) -> dict[str, Any]:
        name = self._watch.names.get(id(variable), "leaf")
        return {
            "kind": LEAF,
            "label": name,
            "name": name,
            "grad_fn": "AccumulateGrad",
            "shape": tuple(variable.shape),
            "value": described(variable),
        }

    def _untracked_inputs(self, noted: Operation | None, key: str) -> None:
        for tensor in noted.inputs if noted else ():
            if not tensor.requires_grad:
                source = self._plain(tensor)
                self._edges.append({"source": source, "target": key, "tracked": False})

    def _plain(self, tensor: torch.Tensor) -> str:
        """Note a tensor that is not tracked, and what made it; return its id."""
        known = ("plain", id(tensor))
        if known in self._keys:
            return self._keys[known]
        key = self._new(known)
        name = self._watch.names.get(id(tensor), "")
        made = self._watch.plain.get(id(tensor))
        self._nodes[key] = {
            "kind": PLAIN if made else INPUT,
            "label": made.name if made else name or "constant",
            "name": name,
            "shape": tuple(tensor.shape),
            "value": described(tensor),
            "line": made.line if made else None,
            "text": made.text if made else "",
        }
        if made:
            self._places[key] = made.place
            self._untracked_inputs(made, key)
        return key

    def _new(self, known: Any) -> str:
        return self._keys.setdefault(known, f"n{len(self._keys)}")

    def local_derivatives(self) -> None:
        """Work out d(output)/d(input) on every edge, by asking each node for its rows."""
        for function in self.functions:
            rows = [] if hasattr(function, "variable") else _rows(function)
            shape = tuple(function._input_metadata[0].shape)
            for edge in self._edges:
                if rows and edge.get("function") is function:
                    edge["local"] = _local([row[edge["slot"]] for row in rows], shape)

    def listen(self) -> None:
        """Ask every node to tell when the engine has run it, with its gradients."""
        for function, key in self.functions.items():
            function.register_hook(self._heard(function, key))

    def _heard(self, function: Any, key: str) -> Callable[[Any, Any], None]:
        def hook(inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> None:
            self._order.append(key)
            if outputs and outputs[0] is not None:
                self._gradients[key] = described(outputs[0])
            for edge in self._edges:
                if edge.get("function") is function and inputs[edge["slot"]] is not None:
                    edge["product"] = described(inputs[edge["slot"]])

        return hook

    def leaves(self) -> dict[str, torch.Tensor]:
        """Return the leaves by name."""
        return {
            self._nodes[key]["name"]: function.variable
            for function, key in self.functions.items()
            if hasattr(function, "variable")
        }

    def graph(self, error: str, jacobian: tuple[tuple[str, Value], ...]) -> Graph:
        """Return all that was noted."""
        kept = ("source", "target", "tracked", "local", "product")
        return Graph(
            nodes=tuple(
                Node(id=key, gradient=self._gradients.get(key), **known)
                for key, known in self._nodes.items()
            ),
            edges=tuple(
                Edge(**{name: edge[name] for name in kept if name in edge}) for edge in self._edges
            ),
            forward=tuple(sorted(self._places, key=self._places.__getitem__)),
            backward=tuple(self._order),
            result=self._result,
            error=error,
            jacobian=jacobian,
        )


def _rows(function: Any) -> list[tuple[torch.Tensor | None, ...]]:
    """Return what a node sends back for each unit vector; nothing if there are too many."""
    metadata = function._input_metadata[0]
    size = int(torch.Size(metadata.shape).numel())
    if size > MATRIX:
        return []
    rows = []
    call = function if callable(function) else function.apply
    for unit in torch.eye(size, dtype=metadata.dtype, device=metadata.device):
        sent = call(unit.reshape(metadata.shape))
        rows.append(sent if isinstance(sent, tuple) else (sent,))
    return rows


def _local(rows: list[torch.Tensor | None], shape: tuple[int, ...]) -> Value | None:
    """Return the Jacobian of an operation: its diagonal where the operation goes by elements."""
    if any(row is None for row in rows):
        return None
    jacobian = torch.stack([row.detach().flatten() for row in rows if row is not None])
    outputs, inputs = jacobian.shape
    if inputs > MATRIX:
        return None
    if outputs == inputs and torch.equal(jacobian, torch.diag(torch.diag(jacobian))):
        return described(torch.diag(jacobian).reshape(shape))
    first = rows[0]
    if outputs == 1 and first is not None:
        return described(first.reshape(first.shape))
    return described(jacobian)


def _jacobian(
    result: torch.Tensor, leaves: dict[str, torch.Tensor]
) -> tuple[tuple[str, Value], ...]:
    """Return d(result)/d(leaf) as a matrix for each leaf, where the result is a small vector."""
    if result.dim() != 1 or result.numel() > MATRIX:
        return ()
    units = torch.eye(result.numel(), dtype=result.dtype)
    found = []
    for name, leaf in leaves.items():
        if leaf.numel() <= MATRIX:
            rows = [
                torch.autograd.grad(result, leaf, unit, retain_graph=True)[0].flatten()
                for unit in units
            ]
            found.append((name, described(torch.stack(rows))))
    return tuple(found)


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
        mean=float(flat.mean()),
        high=float(flat.max()),
    )
