"""Layers: a net of one hidden layer, whose weights are tensors of several shapes."""

import torch


def train(x, y, start, *, epochs, learning_rate, degree=3):
    model = torch.nn.Sequential(
        torch.nn.Linear(1, degree),
        torch.nn.Tanh(),
        torch.nn.Linear(degree, 1),
        torch.nn.Flatten(0, 1),
    ).to(x.device)
    params = tuple(model.parameters())
    with torch.no_grad():
        for param, value in zip(params, start, strict=True):
            param.copy_(torch.tensor(value))

    for _ in range(epochs):
        loss = (model(x.unsqueeze(1)) - y).pow(2).mean()
        yield loss, params

        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for param in params:
                param -= learning_rate * param.grad

    return params
