"""A real forward and backward pass -> Graph.

The forward pass was watched by a `Watch`; the backward pass is observed by hooks on autograd's own
nodes, which fire in the order in which its engine runs them, with the gradients that come and go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.graph import get_gradient_edge

from playground.core.autograd import derivatives
from playground.core.autograd.reading import described, hidden, saved
from playground.core.autograd.watching import Operation, Watch
from playground.core.graphs.graph import INPUT, LEAF, OPERATION, PLAIN, Edge, Graph, Node, Value
from playground.jobs.failure import Failure


def graph(result: torch.Tensor, watch: Watch, v: torch.Tensor | None = None) -> Graph:
    """Run backward from `result` and return what it and the forward pass did.

    v: the vector of the vector-Jacobian product; needed unless `result` has one element.
    """
    builder = _Builder(watch, result)
    if not result.requires_grad:
        return builder.graph(raised(lambda: backward(result, v)), ())
    builder.local_derivatives()
    jacobian = derivatives.jacobian(result, builder.leaves())
    builder.listen()
    return builder.graph(raised(lambda: backward(result, v, True)), jacobian)


def backward(result: torch.Tensor, v: torch.Tensor | None, retain: bool = False) -> None:
    """Run backward from `result`, with the vector `v` if there is one."""
    result.backward(v, retain_graph=retain)  # type: ignore[no-untyped-call]


def raised(call: Callable[[], object]) -> Failure | None:
    """Return what torch raised, or None."""
    try:
        call()
    except RuntimeError as error:
        return Failure.of(error)
    return None


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
        if value is None:
            value = hidden(function)
        return {
            "kind": OPERATION,
            "label": noted.name if noted else function.name().removesuffix("0"),
            "name": self._watch.names.get(id(noted.output), "") if noted else "",
            "grad_fn": function.name(),
            "shape": tuple(function._input_metadata[0].shape),
            "value": None if value is None else described(value),
            "line": noted.line if noted else None,
            "text": noted.text if noted else "",
            "column": noted.column if noted else None,
            "saved": saved(function),
            "operands": self._operands(noted),
        }

    def _operands(self, noted: Operation | None) -> tuple[str | Value, ...]:
        """Return the ids of what went in, and the constants, in the order of the formula."""
        leaves = {
            id(function.variable): key
            for function, key in self.functions.items()
            if hasattr(function, "variable")
        }
        found: list[str | Value] = []
        for operand in noted.operands if noted else ():
            if isinstance(operand, int | float):
                found.append(Value(shape=(), numbers=(operand,)))
            elif isinstance(operand, torch.Tensor):
                found.append(leaves.get(id(operand)) or self._plain(operand))
            elif operand in self._keys:
                found.append(self._keys[operand])
        return tuple(found)

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
            "column": made.column if made else None,
        }
        if made:
            self._places[key] = made.place
            self._untracked_inputs(made, key)
            self._nodes[key]["operands"] = self._operands(made)
        return key

    def _new(self, known: Any) -> str:
        return self._keys.setdefault(known, f"n{len(self._keys)}")

    def local_derivatives(self) -> None:
        """Work out d(output)/d(input) on every edge, by asking each node for its rows."""
        for function in self.functions:
            rows = [] if hasattr(function, "variable") else derivatives.rows(function)
            shape = tuple(function._input_metadata[0].shape)
            for edge in self._edges:
                if rows and edge.get("function") is function:
                    edge["local"] = derivatives.local([row[edge["slot"]] for row in rows], shape)

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

    def graph(self, error: Failure | None, jacobian: tuple[tuple[str, Value], ...]) -> Graph:
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
