"""Forget zero_grad, and every step uses all gradients so far."""

import torch


def train(x, y, start, *, epochs, learning_rate, update="clear"):
    a, b, c, d = (
        torch.tensor(w, dtype=x.dtype, requires_grad=True)
        for w in start
    )
    optimizer = torch.optim.SGD(
        [a, b, c, d],
        lr=learning_rate,
        momentum=1.0 if update == "momentum" else 0.0,
    )

    for _ in range(epochs):
        y_pred = a + b * x + c * x**2 + d * x**3
        loss = (y_pred - y).pow(2).sum()

        if update != "forget":
            optimizer.zero_grad()
        loss.backward()
        yield loss, (a, b, c, d)

        optimizer.step()
