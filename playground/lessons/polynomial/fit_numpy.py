"""NumPy: the forward pass and the gradients, both by hand."""

import numpy as np


def train(x, y, start, *, epochs, learning_rate):
    a, b, c, d = start

    for _ in range(epochs):
        # Forward pass: predict y and measure the error.
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = np.square(y_pred - y).sum()
        yield loss, (a, b, c, d)

        # Backward pass: the chain rule, factor by factor.
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
