"""detach(): the same numbers, outside of the graph."""

import torch


def run():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.tensor([5.0, 6.0], requires_grad=True)
    x = torch.tensor([3.0, 4.0])
    y = w * x
    d = y.detach()  # another tensor, the same memory
    loss = (d * b).sum()
    loss.backward()


def in_place():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3
    loss = (y * y).sum()  # saves y for backward()
    d = y.detach()
    d.zero_()  # y changes too, and its version with it
    loss.backward()


def unseen():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3
    loss = (y * y).sum()
    d = y.data  # as detach(), with a version of its own
    d.zero_()
    loss.backward()  # no error, and a wrong gradient


def copied():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3
    loss = (y * y).sum()
    d = y.detach().clone()  # memory of its own
    d.zero_()
    loss.backward()
