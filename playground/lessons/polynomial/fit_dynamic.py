"""Control flow: the graph changes at every step."""

import random

import torch


class DynamicNet(torch.nn.Module):
    def __init__(self, start, seed):
        super().__init__()
        self.a, self.b, self.c, self.d, self.e = (
            torch.nn.Parameter(torch.tensor(w)) for w in start
        )
        self.random = random.Random(seed)

    def forward(self, x):
        y = self.a + self.b * x + self.c * x**2 + self.d * x**3
        # Python decides: no term, e x^4, or e x^4 + e x^5.
        for exp in range(4, self.random.randint(4, 6)):
            y = y + self.e * x**exp  # the same e in every term
        return y


def train(
    x, y, start, *, epochs, learning_rate,
    optimizer="SGD", seed=0, **options,
):
    model = DynamicNet(start, seed).to(x.device)
    loss_fn = torch.nn.MSELoss(reduction="sum")
    Optimizer = getattr(torch.optim, optimizer)
    params = tuple(model.parameters())
    optimizer = Optimizer(params, lr=learning_rate, **options)

    for _ in range(epochs):
        y_pred = model(x)
        loss = loss_fn(y_pred, y)
        yield loss, params

        optimizer.zero_grad()
        loss.backward()  # through the graph of this forward
        optimizer.step()

    return params
