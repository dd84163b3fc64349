"""Tensors: the same calculation, where a GPU could do it."""

import torch


def train(x, y, start, *, epochs, learning_rate):
    a, b, c, d = (
        torch.tensor(w, device=x.device)
        for w in start
    )

    for _ in range(epochs):
        # Forward pass: predict y and measure the error.
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum()
        yield loss, (a, b, c, d)

        # Backward pass: the chain rule, still by hand.
        grad_y_pred = 2.0 * (y_pred - y)
        grad_a = grad_y_pred.sum()
        grad_b = (grad_y_pred * x).sum()
        grad_c = (grad_y_pred * x**2).sum()
        grad_d = (grad_y_pred * x**3).sum()

        # Step against the gradient: downhill.
        a -= learning_rate * grad_a
        b -= learning_rate * grad_b
        c -= learning_rate * grad_c
        d -= learning_rate * grad_d

    return a, b, c, d
