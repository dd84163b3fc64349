"""requires_grad_(False): a leaf takes its question back."""

import torch


def run():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    b = torch.tensor([5.0, 6.0], requires_grad=True)
    x = torch.tensor([3.0, 4.0])
    w.requires_grad_(False)  # in place, until it is undone
    y = w * x
    loss = (y * b).sum()
    loss.backward()


def a_result():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * 3
    y.requires_grad_(False)  # y is no leaf


def nothing_left():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    w.requires_grad_(False)
    loss = (w * 3).sum()
    loss.backward()
