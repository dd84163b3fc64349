"""What backward leads to beyond the walk: the Jacobian of a vector, and a second pass."""

from __future__ import annotations

import streamlit as st

from playground.core.graphs import drawing
from playground.core.graphs.graph import Graph, Value
from playground.ui import workers
from playground.ui.language import _


def jacobian(graph: Graph) -> None:
    """Show the derivative of a vector result as a matrix for each leaf."""
    for name, matrix in graph.jacobian:
        st.markdown(
            _("The Jacobian of {result} by {name}: one row for each element of {result}.").format(
                result=drawing.called(graph, graph.result), name=f"**{name}**"
            )
        )
        st.table(_rows(matrix))


def _rows(matrix: Value) -> list[list[str]]:
    width = matrix.shape[1]
    numbers = [f"{number:.4g}" for number in matrix.numbers]
    return [numbers[k : k + width] for k in range(0, len(numbers), width)]


def again(graph: Graph) -> None:
    """Show what a second backward pass does, with and without the graph kept."""
    st.subheader(_("Backward a second time"), anchor=False)
    columns = st.columns(2)
    for column, tried in zip(columns, graph.again, strict=True):
        with column:
            st.markdown(f"`backward(retain_graph={tried.retain})`")
            if tried.error:
                st.error(workers.plain(tried.error))
                freed = ", ".join(dict.fromkeys(tried.freed))
                st.markdown(
                    _("The first pass let go of what these nodes had kept: {nodes}.").format(
                        nodes=freed
                    )
                )
                continue
            sums = ", ".join(f"`{name}.grad = {value}`" for name, value in tried.gradients)
            st.markdown(
                _("It runs, and adds to what is there: {gradients}.").format(gradients=sums)
            )
            if not tried.retain:
                st.markdown(
                    _("No node here keeps a tensor, so there is nothing that could be missing.")
                )
