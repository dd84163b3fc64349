"""Gradients accumulate: a bucket, one graph again, micro-batches, a forgotten zero_grad."""

from playground.features.accumulation import view

view.show()
