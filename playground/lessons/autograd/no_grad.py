"""no_grad(): what happens inside is not recorded."""

import torch


def run():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.tensor([5.0, 6.0], requires_grad=True)
    x = torch.tensor([3.0, 4.0])
    with torch.no_grad():
        y = w * x  # w requires a gradient, but nothing is recorded
    loss = (y * b).sum()
    loss.backward()


def nothing_left():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with torch.no_grad():
        loss = (w * 3).sum()
    loss.backward()


def update():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    loss = (w * w).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.25 * w.grad  # what an optimizer does


def update_outside():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    loss = (w * w).sum()
    loss.backward()
    w -= 0.25 * w.grad  # would make the leaf w a result
