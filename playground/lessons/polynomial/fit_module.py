"""A custom Module: a class that finds its parameters."""

import torch


class Polynomial3(torch.nn.Module):
    def __init__(self, start):
        super().__init__()
        # set as an attribute, a Parameter is registered
        self.a, self.b, self.c, self.d = (
            torch.nn.Parameter(torch.tensor(w)) for w in start
        )

    def forward(self, x):
        return self.a + self.b * x + self.c * x**2 + self.d * x**3


def train(
    x, y, start, *, epochs, learning_rate,
    optimizer="SGD", **options,
):
    model = Polynomial3(start).to(x.device)
    loss_fn = torch.nn.MSELoss(reduction="sum")
    Optimizer = getattr(torch.optim, optimizer)
    params = tuple(model.parameters())
    optimizer = Optimizer(params, lr=learning_rate, **options)

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        return loss

    for _ in range(epochs):
        y_pred = model(x)
        loss = loss_fn(y_pred, y)
        yield loss, params

        if Optimizer is torch.optim.LBFGS:
            # It asks for the loss several times a step.
            optimizer.step(closure)
        else:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return params
