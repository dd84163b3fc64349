"""Gradients accumulate: backward() adds to what .grad holds."""

import torch


def repeat(steps, *, clearing="keep"):
    weights = torch.ones(4, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=0.01)

    for _ in range(steps):
        loss = (weights * 3).sum()
        loss.backward()  # adds 3 to each entry of weights.grad
        yield weights.grad

        if clearing == "zero_":
            weights.grad.zero_()  # the same tensor, now zeros
        elif clearing == "none":
            weights.grad = None  # lets go of the tensor
        elif clearing == "zero_grad":
            optimizer.zero_grad()  # None, for every parameter
        elif clearing == "zero_grad_zeros":
            optimizer.zero_grad(set_to_none=False)  # zeros

        yield weights.grad  # what the next backward() finds
