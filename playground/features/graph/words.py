"""What goes into a graph, in words."""

from __future__ import annotations

from playground.core.i18n import Translate
from playground.features.graph import values
from playground.features.graph.knobs import Input


def read_as(one: Input, _: Translate) -> str:
    """Return how a tensor's numbers were read, as Markdown: the tensor, and what kind it is."""
    shape = one.shape or ()
    tensor = f"`{one.name} = {values.written(one.numbers, shape)}`"
    if len(shape) == 2:
        rows, columns = shape
        text = _("{tensor}, a matrix of {rows} × {columns}")
        return text.format(tensor=tensor, rows=rows, columns=columns)
    if shape:
        return _("{tensor}, a vector of {count}").format(tensor=tensor, count=shape[0])
    return _("{tensor}, a number").format(tensor=tensor)
