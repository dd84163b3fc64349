"""The autograd graph: what PyTorch recorded, and how the gradients come back through it."""

from playground.features.graph import view

view.show()
