"""The autograd graph: what PyTorch recorded, and how the gradients come back through it."""

from playground.ui import graph_inputs, graphs, panels

panels.page_text("graph")
traced, source = graph_inputs.traced()
graphs.walk(traced, source)
if traced.jacobian:
    graphs.jacobian(traced)
if traced.again:
    graphs.again(traced)
