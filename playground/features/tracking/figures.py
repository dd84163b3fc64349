"""The ways to stop a gradient, compared and drawn from the records of their lessons."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import graphviz

from playground.core.i18n import Translate
from playground.core.plotting import DATA, GRADIENT, GRADIENT_FILL, GREY_FILL, INK, LOSS_FILL
from playground.features.tracking.lessons import Lesson
from playground.features.tracking.results import Record, Step, TensorState
from playground.jobs.failure import Failure

RUN = "run"  # the function that has the same expression in every way


@dataclass(frozen=True)
class Way:
    """What one way to stop did, by the record of its lesson.

    code: the statement that stops. stopped: what came of it. loss: None if it could not be made.
    leaf: `w` after it.
    grads: the gradients of the leaves in the end. failed: every line of the lesson that raised.
    """

    slug: str
    code: str
    stopped: TensorState
    leaf: TensorState
    loss: TensorState | None
    grads: dict[str, str | None]
    failed: tuple[tuple[Step, Failure], ...]


def way(lesson: Lesson, record: Record) -> Way:
    """Return what the way to stop that `lesson` shows did."""
    steps = record.of(RUN)
    made = next(step for step in steps if lesson.stopped in step)
    cut = next(step for step in steps if lesson.cuts in lesson.statement(step.line))
    last = steps[-1]
    return Way(
        slug=lesson.slug,
        code=lesson.statement(cut.line),
        stopped=made[lesson.stopped],
        leaf=last["w"],
        loss=last.get("loss"),
        grads={tensor.name: tensor.grad for tensor in last.tensors if tensor.name in ("w", "b")},
        failed=tuple((step, step.error) for step in record.steps if step.error),
    )


@dataclass(frozen=True)
class Arrow:
    """From an input to a result: it `carries` a gradient back, is `cut`, or neither."""

    source: str
    target: str
    carries: bool
    cut: bool


def arrows(lesson: Lesson, record: Record) -> list[Arrow]:
    """Return which tensors of `run()` each tensor was computed from; a loss that failed too."""
    found = []
    for step in record.of(RUN):
        target, names = _assignment(lesson.statement(step.line))
        asks = target in step and step[target].requires_grad
        found += [
            Arrow(name, target, step[name].requires_grad and asks, _stops(step, name, target))
            for name in names
            if target and name in step
        ]
    return found


def _stops(step: Step, name: str, target: str) -> bool:
    return target in step and step[name].requires_grad and not step[target].requires_grad


def _assignment(statement: str) -> tuple[str, list[str]]:
    """Return the name that a statement gives a value to, and the names it reads, in order."""
    try:
        node = ast.parse(statement).body[0]
    except SyntaxError:  # the head of a `with` block
        return "", []
    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
        return "", []
    names = [name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)]
    return node.targets[0].id, list(dict.fromkeys(names))


def drawing(lesson: Lesson, record: Record, _: Translate) -> str:
    """Return `run()` as a DOT graph: what requires grad, and where the gradient is cut off."""
    steps = record.of(RUN)
    last = steps[-1]
    dot = graphviz.Digraph()
    dot.attr(bgcolor="transparent", ranksep="0.35", nodesep="0.25", margin="0.05")
    font = {"fontname": "sans-serif", "fontsize": "12"}
    dot.attr("node", style="filled", color=DATA, fontcolor=INK, **font)
    dot.attr("edge", fontcolor=DATA, **font)
    for tensor in last.tensors:
        taken_back = not tensor.requires_grad and any(
            tensor.name in step and step[tensor.name].requires_grad for step in steps
        )
        dot.node(
            tensor.name,
            _label(tensor, _("cut") if taken_back else ""),
            shape="box" if tensor.is_leaf and tensor.name in ("w", "b", "x") else "ellipse",
            fillcolor=GRADIENT_FILL if tensor.requires_grad else GREY_FILL,
        )
    if last.error and "loss" not in last:
        dot.node("loss", f"loss\n{last.error.kind}", fillcolor=LOSS_FILL, style="filled,dashed")
    for arrow in arrows(lesson, record):
        _draw(dot, arrow, _)
    for name, other in _pairs(last):
        label = " " + _("one memory")
        dot.edge(name, other, label, style="dotted", dir="none", color=DATA, constraint="false")
    return str(dot.source)


def _label(tensor: TensorState, cut: str) -> str:
    asks = "requires_grad" if tensor.requires_grad else _CUT + cut if cut else ""
    return "\n".join(part for part in (tensor.name, asks, tensor.grad_fn or "") if part)


_CUT = "✂ "


def _draw(dot: graphviz.Digraph, arrow: Arrow, _: Translate) -> None:
    how = {"color": GRADIENT, "penwidth": "2.5"} if arrow.carries else {"color": DATA}
    if arrow.cut:
        how |= {"style": "dashed", "label": " " + _CUT + _("cut")}
    dot.edge(arrow.source, arrow.target, **how)


def _pairs(step: Step) -> list[tuple[str, str]]:
    names = {tensor.name for tensor in step.tensors}
    return [
        (tensor.name, other)
        for tensor in step.tensors
        for other in tensor.same_memory
        if tensor.name < other and other in names
    ]
