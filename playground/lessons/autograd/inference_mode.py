"""inference_mode(): not recorded, and never to be."""

import torch


def run():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.tensor([5.0, 6.0], requires_grad=True)
    x = torch.tensor([3.0, 4.0])
    with torch.inference_mode():
        y = w * x
    loss = (y * b).sum()  # would have to save y
    loss.backward()


def addition():
    b = torch.tensor([5.0, 6.0], requires_grad=True)
    with torch.inference_mode():
        y = torch.tensor([3.0, 8.0])
    loss = (y + b).sum()  # addition saves nothing
    loss.backward()


def asked_later():
    with torch.inference_mode():
        y = torch.tensor([3.0, 8.0])
    y.requires_grad_()


def in_place():
    with torch.inference_mode():
        y = torch.tensor([3.0, 8.0])
    y.zero_()


def cloned():
    b = torch.tensor([5.0, 6.0], requires_grad=True)
    with torch.inference_mode():
        y = torch.tensor([3.0, 8.0])
    c = y.clone()  # an ordinary tensor again
    loss = (c * b).sum()
    loss.backward()
