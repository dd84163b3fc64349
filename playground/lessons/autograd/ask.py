"""Asking for a gradient: when a tensor is made, or later."""

import torch


def run():
    x = torch.tensor([1.0, 2.0])  # not asked
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    b = torch.zeros(2)
    b.requires_grad_()  # the underscore: changes b itself
    loss = (w * x + b).sum()
    loss.backward()


def too_late():
    b = torch.zeros(2)
    loss = b.sum()  # nobody has asked yet: not recorded
    b.requires_grad_()
    loss.backward()


def whole_numbers():
    k = torch.tensor([1, 2])
    k.requires_grad_()  # between 1 and 2 there is no slope
