"""A hundred learning rates at once: a row of weights for each."""

import torch


def turn(columns, y):
    # columns = Q R, and Q only turns: it keeps every length. So
    #   |columns w - y|^2 = |R w - Q'y|^2 + a rest without w:
    # as many rows as weights stand for thousands of points.
    Q, R = torch.linalg.qr(columns)
    target = Q.T @ y
    rest = (y - Q @ target).pow(2).sum()
    return R, target, rest


def train(
    columns, y, start, rates, *, epochs,
    mean=False, momentum=0.0,
):
    R, target, rest = turn(columns, y)
    count = len(y) if mean else 1  # a mean, or a sum

    # (rates, weights): every rate begins at the same weights.
    weights = start.repeat(len(rates), 1).requires_grad_()
    velocity = torch.zeros_like(weights)

    for _ in range(epochs):
        error = weights @ R.T - target
        loss = (error.pow(2).sum(dim=1) + rest) / count
        yield loss, weights

        # No row's loss depends on another row's weights. So the
        # gradient of the sum is the gradient of each.
        loss.sum().backward()
        with torch.no_grad():
            velocity = momentum * velocity + weights.grad
            weights -= rates[:, None] * velocity
            weights.grad = None  # or the next would add to it
