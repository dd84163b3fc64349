"""What a forward and a backward pass did: nodes, edges, values, gradients, the order of both."""

from __future__ import annotations

from dataclasses import dataclass

from playground.jobs.failure import Failure

LEAF, INPUT, PLAIN, OPERATION = "leaf", "input", "plain", "operation"
SHOWN = 6  # numbers of a tensor that are kept one by one


@dataclass(frozen=True, kw_only=True)
class Value:
    """A tensor as a page shows it.

    shape: its shape; () for a scalar.
    numbers: its numbers in order, if there are at most 36; else none.
    low, high: what sums up a larger one.
    """

    shape: tuple[int, ...]
    numbers: tuple[float, ...] = ()
    low: float = 0.0
    high: float = 0.0

    def __str__(self) -> str:
        if not self.shape and self.numbers:
            return f"{self.numbers[0]:.4g}"
        if len(self.numbers) > SHOWN or not self.numbers:
            shape = "×".join(map(str, self.shape))
            return f"({shape}) {self.low:.3g} … {self.high:.3g}"
        if len(self.shape) == 1:
            return "[" + ", ".join(f"{n:.4g}" for n in self.numbers) + "]"
        width = self.shape[-1]
        rows = [self.numbers[k : k + width] for k in range(0, len(self.numbers), width)]
        return "[" + ", ".join("[" + ", ".join(f"{n:.4g}" for n in r) + "]" for r in rows) + "]"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A tensor, and the operation that made it.

    kind: LEAF (torch gathers a gradient in it), INPUT (not tracked), OPERATION (tracked: it has a
        grad_fn) or PLAIN (computed, but not tracked).
    label: the name of a leaf or input; the operation's name in Python otherwise.
    name: what the code calls the tensor, or nothing.
    grad_fn: the class of its node in autograd's graph; AccumulateGrad for a leaf.
    gradient: d(result)/d(this), which the backward pass brought; None if none came.
    line, text: the line of code that made it, and what stands there.
    column: where in its line `text` begins; None where it is the whole line.
    saved: what the node keeps for the backward pass, by torch's names.
    operands: what went in, in the order of the formula: ids of nodes, and constants; nothing
        where torch hides it.
    """

    id: str
    kind: str
    label: str
    name: str = ""
    grad_fn: str = ""
    shape: tuple[int, ...] = ()
    value: Value | None = None
    gradient: Value | None = None
    line: int | None = None
    text: str = ""
    column: int | None = None
    saved: tuple[tuple[str, str], ...] = ()
    operands: tuple[str | Value, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A tensor on its way into an operation, and the gradient on its way back.

    local: the derivative of `target`'s value with respect to this input: a number, one for each
        element, or a matrix (a row for each output); None if it is larger than a page shows.
    product: the upstream gradient times `local`, as autograd computed it; None if nothing is
        tracked here.
    """

    source: str
    target: str
    tracked: bool
    local: Value | None = None
    product: Value | None = None


@dataclass(frozen=True, kw_only=True)
class Again:
    """A second backward pass: whether the first kept the graph, torch's error, the gradients."""

    retain: bool
    error: Failure | None
    gradients: tuple[tuple[str, str], ...] = ()
    freed: tuple[str, ...] = ()
    """Which nodes had let go of what they saved, after the first pass."""


@dataclass(frozen=True, kw_only=True)
class Graph:
    """One forward and backward pass.

    forward: ids in the order in which they were computed.
    backward: ids in the order in which the engine ran; empty if it did not.
    result: the id of what was differentiated.
    error: what torch raised instead of a backward pass, or nothing.
    jacobian: for a vector result, its derivative with respect to each leaf, as a matrix.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    result: str
    error: Failure | None = None
    jacobian: tuple[tuple[str, Value], ...] = ()
    again: tuple[Again, ...] = ()

    def __repr__(self) -> str:
        """Return in one line the result and the leaves' gradients, or what torch raised."""
        said = [f"result {self[self.result].value}"] if self.nodes else []
        leaves = [node for node in self.nodes if node.kind == LEAF and node.gradient is not None]
        said += [f"{leaf.name}.grad = {leaf.gradient}" for leaf in leaves]
        said += [str(self.error)] if self.error else []
        return f"Graph({len(self.nodes)} nodes: {', '.join(said)})"

    def __getitem__(self, id: str) -> Node:
        return next(node for node in self.nodes if node.id == id)

    @property
    def last_step(self) -> int:
        """The number of the last step; step 0 shows the inputs alone."""
        return len(self.forward) + len(self.backward)

    def at(self, step: int) -> tuple[str | None, bool]:
        """Return the id of the node that `step` runs, and whether it runs backward."""
        if step <= 0:
            return None, False
        if step <= len(self.forward):
            return self.forward[step - 1], False
        return self.backward[min(step, self.last_step) - len(self.forward) - 1], True

    def computed(self, step: int) -> set[str]:
        """Return the ids of what has a value after `step`."""
        given = {node.id for node in self.nodes if node.kind in (LEAF, INPUT)}
        return given | set(self.forward[:step])

    def returned(self, step: int) -> set[str]:
        """Return the ids of the nodes that have run backward after `step`."""
        return set(self.backward[: max(0, step - len(self.forward))])

    def into(self, id: str) -> list[Edge]:
        """Return the edges that bring the inputs of `id`."""
        return [edge for edge in self.edges if edge.target == id]

    def out_of(self, id: str) -> list[Edge]:
        """Return the edges along which `id` is used."""
        return [edge for edge in self.edges if edge.source == id]


@dataclass(frozen=True, kw_only=True)
class Flip:
    """One forward pass of a net whose graph changes, and what the lesson's own backward left.

    gradients: each parameter's name, and its `.grad` after the backward pass; None as torch has it.
    """

    epoch: int
    graph: Graph
    gradients: tuple[tuple[str, Value | None], ...]
