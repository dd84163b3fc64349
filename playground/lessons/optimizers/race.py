"""One racer: an optimizer of torch goes down f from a start."""

import torch


def run(f, start, *, steps, learning_rate, optimizer, **options):
    weights = torch.tensor(
        start, dtype=torch.float64, requires_grad=True
    )
    Optimizer = getattr(torch.optim, optimizer)
    optimizer = Optimizer([weights], lr=learning_rate, **options)

    def closure():
        optimizer.zero_grad()
        loss = f(*weights)
        loss.backward()
        return loss

    for _ in range(steps):
        loss = closure()
        yield loss, weights, optimizer

        if Optimizer is torch.optim.LBFGS:
            # It tries several points before it makes its step.
            optimizer.step(closure)
        else:
            optimizer.step()

    yield closure(), weights, optimizer  # where the last one led
