"""Adam, by hand: what step() does."""

import torch


def run(f, start, *, steps, lr, betas, eps, weight_decay):
    w = torch.tensor(start, dtype=torch.float64)
    exp_avg, exp_avg_sq = torch.zeros_like(w), torch.zeros_like(w)
    beta1, beta2 = betas

    for step in range(1, steps + 1):
        w.requires_grad_()
        (grad,) = torch.autograd.grad(f(*w), w)
        w = w.detach()

        # The decay is a part of the gradient.
        g = grad + weight_decay * w
        exp_avg = beta1 * exp_avg + (1 - beta1) * g
        exp_avg_sq = beta2 * exp_avg_sq + (1 - beta2) * g**2
        # Both began at 0, and so are too small at first.
        m_hat = exp_avg / (1 - beta1**step)
        v_hat = exp_avg_sq / (1 - beta2**step)
        change = -lr * m_hat / (v_hat.sqrt() + eps)

        yield {
            "w": w, "grad": grad, "step": step,
            "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq,
            "m_hat": m_hat, "v_hat": v_hat,
            "change": change,
        }
        w = w + change
