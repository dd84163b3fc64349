"""requires_grad spreads from the inputs to the result."""

import torch


def run():
    x = torch.ones(1)
    b = torch.tensor([0.5], requires_grad=True)
    w = torch.tensor([2.0], requires_grad=True)
    y = w * x  # one input requires a gradient, so y does
    z = y + b
    z.backward()


def where_it_stops():
    x = torch.ones(1)
    w = torch.tensor([2.0], requires_grad=True)
    n = x + 1  # no input requires one
    y = w * n
    above = y > 1  # True or False has no slope
    number = y.item()  # a Python number, no tensor at all
    again = torch.tensor(number)
    return above, again
