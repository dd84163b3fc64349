"""Graph -> a drawing in DOT, the chain rule with its numbers, and the same in words."""

from __future__ import annotations

from html import escape

import graphviz

from playground.core.graphs.graph import INPUT, LEAF, PLAIN, Edge, Graph, Node, Value
from playground.core.i18n import Translate
from playground.core.plotting import (
    DATA,
    FIT,
    FIT_FILL,
    GRADIENT,
    GRADIENT_DARK,
    GRADIENT_FAINT,
    GRADIENT_ON_DARK,
    GREY_FAINT,
    GREY_FAINTEST,
    INK,
    ORANGE,
    WHITE,
)

FILL = {LEAF: FIT_FILL, INPUT: GREY_FAINT, PLAIN: GREY_FAINTEST}  # an operation's is white
LETTER = 0.088  # inches that a letter of a label takes


def dot(graph: Graph, step: int, _: Translate, *, dark: bool = False, paths_of: str = "") -> str:
    """Return the drawing after `step`. Every box keeps its size, so no position ever moves.

    The boxes are polygons, never paths: d3-graphviz measures every pixel of a path.

    paths_of: the name of a leaf whose paths to the result stand out.
    """
    drawn = graphviz.Digraph(
        graph_attr={"bgcolor": "transparent", "nodesep": "0.2", "ranksep": "0.2", "pad": "0.1"},
        node_attr={"fontname": "sans-serif", "fontsize": "12", "fontcolor": INK, "margin": "0"},
        edge_attr={"fontname": "sans-serif", "fontsize": "12", "arrowsize": "0.7"},
    )
    current, _backward = graph.at(step)
    way = _paths(graph, paths_of)
    for node in graph.nodes:
        look = _style(graph, node, step, node.id == current)
        if node.id in way:
            look |= {"color": ORANGE, "penwidth": "4"}
        drawn.node(node.id, **_box(graph, node, step, _), **look)
    for edge in graph.edges:
        look = _arrow(graph, edge, step, dark)
        if {edge.source, edge.target} <= way:
            look |= {"color": ORANGE, "penwidth": "4"}
        drawn.edge(edge.source, edge.target, **look)
    source: str = drawn.source
    return source


def _box(graph: Graph, node: Node, step: int, _: Translate) -> dict[str, str]:
    """Return a node's box and its lines; it has room for those of any step."""
    steps = (0, step, graph.last_step)
    longest = max(len(line) for s in steps for line in _lines(graph, node, s, _))
    return {
        "label": graphviz.escape("\n".join(_lines(graph, node, step, _))),
        "shape": "box",
        "fixedsize": "true",
        "width": f"{max(1.1, LETTER * longest + 0.25):.2f}",
        "height": "0.75",
    }


def _paths(graph: Graph, name: str) -> set[str]:
    """Return the ids of all nodes between the leaf `name` and the result."""
    way = {node.id for node in graph.nodes if name and node.kind == LEAF and node.name == name}
    for key in graph.forward:
        if any(edge.source in way for edge in graph.into(key)):
            way.add(key)
    return way


def _lines(graph: Graph, node: Node, step: int, _: Translate) -> list[str]:
    """Return the three lines in a node's box: what it is, its value, its gradient."""
    head = node.grad_fn or node.label
    if node.name and node.kind != INPUT:
        head = f"{node.name}: {head}"
    computed = node.id in graph.computed(step)
    value = "?" if node.value is None else str(node.value)
    return [head, f"= {value}" if computed else "", gradient(graph, node, step, _)]


def gradient(graph: Graph, node: Node, step: int, _: Translate) -> str:
    """Return what is known of a node's gradient after `step`: nothing yet, none ever, or it."""
    if node.kind in (INPUT, PLAIN):
        return _("not tracked")
    if node.id in graph.returned(step):
        return f"grad {node.gradient}" if node.gradient is not None else "grad None"
    if not graph.error and node.id not in graph.backward:
        return "grad None"
    return _("grad: not yet")


def _style(graph: Graph, node: Node, step: int, current: bool) -> dict[str, str]:
    """Return how a box looks: dashed until it is computed, thick while it is at work."""
    backward = step > len(graph.forward)
    gone_back = node.id in graph.returned(step)
    fill = GRADIENT_FAINT if gone_back else FILL.get(node.kind, WHITE)
    look = "filled" if node.id in graph.computed(step) else "filled,dashed"
    color = (GRADIENT if backward else FIT) if current else GRADIENT if gone_back else DATA
    return {
        "style": look,
        "fillcolor": fill,
        "color": color,
        "penwidth": "4" if current else "1.5" if gone_back else "1",
    }


def _arrow(graph: Graph, edge: Edge, step: int, dark: bool) -> dict[str, str]:
    """Return how an arrow looks; after its target has run backward, what came back along it."""
    if not edge.tracked:
        return {"style": "dashed", "color": DATA}
    back = edge.target in graph.returned(step)
    current = graph.at(step) == (edge.target, True)
    lines = chain(graph, edge)
    width = round(72 * LETTER * max(map(len, lines))) + 8
    if not current:
        lines = [str(edge.product)] if back else []
    text = "".join(f'&#160;{escape(line)}<BR ALIGN="LEFT"/>' for line in lines)
    table = (
        f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>'
        f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="50">{text}</TD></TR></TABLE>>'
    )
    ink = GRADIENT_ON_DARK if dark else GRADIENT_DARK
    look = {"color": GRADIENT if back else DATA, "penwidth": "3" if current else "1.5"}
    return look | {"label": table, "fontcolor": ink, "dir": "both" if back else "forward"}


def chain(graph: Graph, edge: Edge) -> list[str]:
    """Return the chain rule on one arrow in three lines: upstream, times local, the product."""
    upstream = graph[edge.target].gradient
    local = "∂" if edge.local is None else str(edge.local)
    return [str(upstream), f"× {local}", f"= {edge.product}"]


def rule(graph: Graph, step: int, _: Translate) -> list[str]:
    """Return in words what the current node does, with its numbers; one line for each arrow."""
    key, backward = graph.at(step)
    if key is None:
        return [_("The inputs are there; nothing is computed yet.")]
    node = graph[key]
    if not backward:
        inputs = ", ".join(operands(graph, key))
        said = _("Forward: {operation} of {inputs} gives {value}.")
        return [said.format(operation=node.label, inputs=inputs, value=node.value)]
    if node.kind == LEAF:
        return [_arrived(graph, node, _)]
    lines = []
    if key == graph.result:
        lines.append(_("It begins with d(result)/d(result) = {v}.").format(v=node.gradient))
    elif len(tracked_uses(graph, key)) > 1:
        lines.append(_arrived(graph, node, _))
    for edge in graph.into(key):
        if edge.tracked:
            lines.append(_product(graph, edge, node, _))
    return lines


def _product(graph: Graph, edge: Edge, node: Node, _: Translate) -> str:
    text = _("To {name}: upstream {upstream} × local {local} = {product}.")
    if edge.local is None:
        text = _("To {name}: upstream {upstream}, times the local derivative, is {product}.")
    elif _summed(edge):
        text = _("To {name}: upstream {upstream} × local {local}, added up = {product}.")
    elif len(edge.local.shape) == 2 and edge.local.shape != node.shape:
        text = _("To {name}: upstream {upstream} × the matrix {local} = {product}.")
    return text.format(
        name=called(graph, edge.source),
        upstream=node.gradient,
        local=edge.local,
        product=edge.product,
    )


def _summed(edge: Edge) -> bool:
    """Whether one number went to many places, so that what comes back is a sum."""
    sizes = [_size(v) for v in (edge.local, edge.product)]
    return sizes[1] < sizes[0]


def _size(value: Value | None) -> int:
    size = 1
    for length in value.shape if value else ():
        size *= length
    return size


def _arrived(graph: Graph, node: Node, _: Translate) -> str:
    """Say what arrives at a tensor: one gradient, or the sum of all that its uses send."""
    parts = [str(edge.product) for edge in tracked_uses(graph, node.id)]
    if len(parts) < 2:
        text = _("{name} receives its gradient, {gradient}, and keeps it in {name}.grad.")
        return text.format(name=called(graph, node.id), gradient=node.gradient)
    text = _("{name} was used {count} times, so its gradient is a sum: {sum} = {gradient}.")
    return text.format(
        name=called(graph, node.id),
        count=len(parts),
        sum=" + ".join(parts),
        gradient=node.gradient,
    )


def tracked_uses(graph: Graph, key: str) -> list[Edge]:
    """Return the edges along which gradients come back to `key`."""
    return [edge for edge in graph.out_of(key) if edge.tracked]


def called(graph: Graph, key: str) -> str:
    """Return what to call a node in a sentence: its name, or its operation and value."""
    node = graph[key]
    if node.name or node.kind in (LEAF, INPUT):
        return node.name or str(node.value)
    return node.grad_fn or node.label


def operands(graph: Graph, key: str) -> list[str]:
    """Return what to call all that went into a node, in the order of the formula."""
    given = graph[key].operands or [edge.source for edge in graph.into(key)]
    return [called(graph, one) if isinstance(one, str) else str(one) for one in given]


def words(graph: Graph, step: int, _: Translate) -> str:
    """Return the whole drawing after `step` as a list in Markdown, for screen readers."""
    computed = graph.computed(step)
    lines = []
    order = [node.id for node in graph.nodes if node.kind in (LEAF, INPUT)]
    for key in [*order, *graph.forward]:
        node = graph[key]
        made = ", ".join(operands(graph, key))
        start = f"**{called(graph, key)}**" + (f" ← {made}" if made else "")
        value = f" = {node.value}" if key in computed and node.value else ""
        lines.append(f"- {start}{value}; {gradient(graph, node, step, _)}")
    return "\n".join(lines)
