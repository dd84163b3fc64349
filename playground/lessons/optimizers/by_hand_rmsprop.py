"""RMSprop, by hand: what step() does."""

import torch


def run(f, start, *, steps, lr, alpha, eps, momentum):
    w = torch.tensor(start, dtype=torch.float64)
    square_avg = torch.zeros_like(w)
    momentum_buffer = torch.zeros_like(w)

    for _ in range(steps):
        w.requires_grad_()
        (grad,) = torch.autograd.grad(f(*w), w)
        w = w.detach()

        # How large each entry's gradient has been lately.
        square_avg = alpha * square_avg + (1 - alpha) * grad**2
        scaled = grad / (square_avg.sqrt() + eps)
        momentum_buffer = momentum * momentum_buffer + scaled
        change = -lr * momentum_buffer

        yield {
            "w": w, "grad": grad,
            "square_avg": square_avg,
            "momentum_buffer": momentum_buffer,
            "change": change,
        }
        w = w + change
