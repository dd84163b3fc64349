"""SGD with momentum, by hand: what step() does."""

import torch


def run(f, start, *, steps, lr, momentum, nesterov, weight_decay):
    w = torch.tensor(start, dtype=torch.float64)
    momentum_buffer = None

    for _ in range(steps):
        w.requires_grad_()
        (grad,) = torch.autograd.grad(f(*w), w)
        w = w.detach()

        direction = grad + weight_decay * w  # a pull towards 0
        if momentum_buffer is None:
            momentum_buffer = direction  # the first, undamped
        else:
            momentum_buffer = momentum * momentum_buffer + direction
        if nesterov:  # as if the momentum had acted once more
            direction = direction + momentum * momentum_buffer
        else:
            direction = momentum_buffer
        change = -lr * direction

        yield {
            "w": w, "grad": grad,
            "momentum_buffer": momentum_buffer,
            "change": change,
        }
        w = w + change
