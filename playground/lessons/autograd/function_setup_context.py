"""A custom Function: forward and backward of your own."""

import torch


class LegendrePolynomial3(torch.autograd.Function):
    """P3(x) = (5x^3 - 3x) / 2."""

    # all of it is torch operations, so vmap can find its own way
    generate_vmap_rule = True

    @staticmethod
    def forward(input):  # no ctx: it only computes
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def setup_context(ctx, inputs, output):
        (input,) = inputs
        ctx.save_for_backward(input)  # backward will need it

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        # upstream gradient times the local derivative P3'(x)
        return grad_output * 1.5 * (5 * input**2 - 1)
