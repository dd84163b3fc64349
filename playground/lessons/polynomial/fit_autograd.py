"""Autograd: PyTorch works the gradients out."""

import torch


def train(x, y, start, *, epochs, learning_rate):
    a, b, c, d = (
        torch.tensor(w, device=x.device, requires_grad=True)
        for w in start
    )

    for _ in range(epochs):
        # Forward pass: every operation on a leaf is recorded.
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum()
        yield loss, (a, b, c, d)

        # Backward pass: adds d(loss)/dw to each w.grad.
        loss.backward()

        with torch.no_grad():  # do not record the update
            for w in (a, b, c, d):
                w -= learning_rate * w.grad
                w.grad = None  # or backward() would add to it

    return a, b, c, d
