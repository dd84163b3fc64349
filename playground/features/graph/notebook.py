"""A graph in a notebook: traced in its process, drawn by Graphviz or told in words."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, overload

import graphviz
import numpy as np

from playground.core import expression, notebook
from playground.core.expression import Expression
from playground.core.graphs import drawing, meanings
from playground.core.graphs.graph import Graph
from playground.core.settings import Knob, Settings
from playground.features.graph import knobs, values
from playground.features.graph.knobs import Input

Numbers = float | Sequence[float] | Sequence[Sequence[float]]

X = Knob(kind=float, low=-math.pi, high=math.pi)


@dataclass(frozen=True, kw_only=True, repr=False)
class TracedGraph(Graph):
    """A forward and a backward pass as a graph that a notebook draws."""

    def dot(self, step: int | None = None, language: str | None = None) -> str:
        """Return the drawing after `step`, or after the last, in Graphviz's language.

        language: one of `LANGUAGES`, as `en`. Raises ValueError for another, and for a step
        that is not there.
        """
        last = Knob(kind=int, low=0, high=self.last_step)
        step = self.last_step if step is None else last.check("step", step)
        return drawing.dot(self, step, notebook.translator(language))

    def _repr_mimebundle_(self, **_include_and_exclude: Any) -> dict[str, str]:
        """Return the drawing where the program `dot` is here, or else the graph in words."""
        _ = notebook.translator()
        said = [str(self.error), meanings.of_a_graph(self.error, _)] if self.error else []
        if not self.nodes:
            return {"text/markdown": "\n\n".join(said)}
        dot = self.dot()
        try:
            drawn = graphviz.pipe("dot", "svg", dot.encode(), quiet=True).decode()
        except graphviz.ExecutableNotFound:
            words = drawing.words(self, self.last_step, _)
            return {"text/markdown": "\n\n".join([*said, words, f"```dot\n{dot}\n```"])}
        paragraphs = "".join(f"<p>{escape(text)}</p>" for text in said)
        return {"text/html": paragraphs + drawn[drawn.index("<svg") :]}


@overload
def trace(
    expression: str,
    /,
    *,
    untracked: Collection[str] = (),
    grad_outputs: Sequence[float] | Sequence[Sequence[float]] | None = None,
    **tensors: Numbers,
) -> TracedGraph: ...


@overload
def trace(
    *, stage: str, epoch: int = 0, x: float | None = None, **settings: Any
) -> TracedGraph: ...


def trace(
    text: str | None = None,
    /,
    *,
    untracked: Collection[str] = (),
    grad_outputs: Sequence[float] | Sequence[Sequence[float]] | None = None,
    **given: Any,
) -> TracedGraph:
    """Compute an expression, or the loss of a stage, go backward, and return the graph.

    Of an expression, such as "(w*x - y)**2", each name is given as a keyword: a number makes a
    scalar, up to eight in a row a vector, up to four rows a matrix. A line of it may give a name
    to what it computes, or numbers to a tensor: "x = -4.0; y = x**2 + b". All are tracked but
    those in `untracked`. A result with several elements needs `grad_outputs`, a number for each,
    as `backward` does.

    Of a stage, `trace(stage="autograd", epoch=0)`, it is the loss at an epoch of its run, on all
    its points or on one `x` alone; other keywords are settings, as `playground.run` takes them.

    Raises ValueError for what the expression does not have or lacks, an unknown name or a value
    out of bounds; the text names the value and the rule. Raises RuntimeError, torch's own, for
    shapes that do not fit. What torch raises in the backward pass is the graph's `error`.
    """
    if text is not None:
        return _of_expression(text, given, untracked, grad_outputs)
    if untracked or grad_outputs is not None:
        raise ValueError("untracked and grad_outputs are for an expression, and there is none")
    return _of_stage(**given)


def _of_expression(
    text: str,
    given: Mapping[str, Numbers],
    untracked: Collection[str],
    grad_outputs: Sequence[float] | Sequence[Sequence[float]] | None,
) -> TracedGraph:
    from playground.features.graph import work  # not above: torch takes seconds

    parsed = expression.parse(text)
    inputs = _inputs(parsed, given, {untracked} if isinstance(untracked, str) else set(untracked))
    traced = next(work.own(text, inputs))
    if grad_outputs is not None:
        size = math.prod(traced[traced.result].shape)
        v = _numbers("grad_outputs", grad_outputs).numbers
        if len(v) != size:
            raise ValueError(f"grad_outputs has {len(v)} numbers, but the result has {size}")
        traced = next(work.own(text, inputs, v))
    return TracedGraph(**vars(traced))


def _inputs(
    parsed: Expression, given: Mapping[str, Numbers], untracked: Collection[str]
) -> tuple[Input, ...]:
    """Return what goes in: the caller's numbers, and those of the expression."""
    inside = {one.name for one in parsed.given}
    for name in given:
        Knob(kind=str, choices=parsed.names).check("the name of a tensor", name)
    for name in untracked:
        Knob(kind=str, choices=(*parsed.names, *inside)).check("the name of a tensor", name)
    found = []
    for one in knobs.of_expression(parsed):
        if one.name in inside:
            found.append(replace(one, tracked=one.tracked and one.name not in untracked))
            continue
        if one.name not in given:
            raise ValueError(f"{one.name} is in the expression, but it was given no number")
        read = _numbers(one.name, given[one.name])
        values.checked(one.name, read.numbers, read.shape)
        found.append(Input(one.name, read.numbers, one.name not in untracked, read.shape))
    return tuple(found)


def _numbers(name: str, value: Numbers) -> values.Numbers:
    """Return the caller's numbers; raise ValueError for what is none, by the rules of the page."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} has rows of several lengths, but they must be equal") from None
    if array.ndim > 2:
        rule = "it must be a number, a vector or a matrix"
        raise ValueError(f"{name} has {array.ndim} dimensions, but {rule}")
    numbers = tuple(values.number(name, str(one)) for one in array.ravel().tolist())
    return values.Numbers(numbers, array.shape)


def _of_stage(
    stage: Any = None, epoch: int = 0, x: float | None = None, **given: Any
) -> TracedGraph:
    from playground.core.autograd import stages

    settings = Settings.of(stage, **given)
    epoch = Knob(kind=int, low=0, high=settings.epochs - 1).check("epoch", epoch)
    if x is not None:
        if not settings.lesson.sample.function(settings):
            raise ValueError(f"x is {x!r}, but only a stage of polynomial is traced at one x")
        x = X.check("x", x)
    return TracedGraph(**vars(next(stages.stage(settings, epoch, x))))
