"""MSELoss and SGD: torch's own loss, and its own step."""

import torch


def train(
    x, y, start, *, epochs, learning_rate,
    optimizer="SGD", **options,
):
    w = torch.tensor(
        start[0], device=x.device, requires_grad=True
    )
    loss_fn = torch.nn.MSELoss()  # the mean of the squares
    Optimizer = getattr(torch.optim, optimizer)
    optimizer = Optimizer([w], lr=learning_rate, **options)

    def closure():
        optimizer.zero_grad()  # or backward() adds to it
        loss = loss_fn(w * x, y)
        loss.backward()
        return loss

    for _ in range(epochs):
        with torch.no_grad():
            loss = loss_fn(w * x, y)
        yield loss, (w,)
        optimizer.step(closure)

    return (w,)
