"""Leaf or not: who keeps its gradient."""

import torch


def run():
    w = torch.tensor(2.0, requires_grad=True)
    y = w * 3
    loss = y**2
    loss.backward()
    w_grad = w.grad
    y_grad = y.grad  # passed through y, and was not kept
    return w_grad, y_grad


def retain():
    w = torch.tensor(2.0, requires_grad=True)
    y = w * 3
    y.retain_grad()  # asked for before backward()
    loss = y**2
    loss.backward()
    return y.grad  # no warning this time


def not_a_leaf():
    # Scaled after it was made: w is a result, no leaf.
    w = torch.ones(2, requires_grad=True) * 0.1
    loss = w.sum()
    loss.backward()
    return w.grad
