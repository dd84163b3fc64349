"""Autograd: one weight, and backward() finds its gradient."""

import torch


def train(x, y, start, *, epochs, learning_rate):
    w = torch.tensor(
        start[0], device=x.device, requires_grad=True
    )

    for _ in range(epochs):
        # Forward pass: PyTorch records what happens to w.
        y_pred = w * x
        loss = ((y_pred - y) ** 2).mean()
        yield loss, (w,)

        # Backward pass: adds dloss/dw to w.grad.
        loss.backward()

        with torch.no_grad():  # do not record the update
            w -= learning_rate * w.grad
            w.grad = None  # or backward() would add to it

    return (w,)
