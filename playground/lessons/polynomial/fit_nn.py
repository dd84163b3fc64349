"""nn: the model is a stack of layers with parameters."""

import torch


def train(x, y, start, *, epochs, learning_rate, degree=3):
    # One column a power: linear in x, x^2, x^3.
    powers = torch.arange(1, degree + 1, device=x.device)
    xx = x.unsqueeze(-1).pow(powers)

    model = torch.nn.Sequential(
        torch.nn.Linear(degree, 1),
        torch.nn.Flatten(0, 1),  # (points, 1) to (points,)
    ).to(x.device)
    loss_fn = torch.nn.MSELoss(reduction="sum")

    linear = model[0]
    with torch.no_grad():  # begin where every stage begins
        linear.bias.copy_(torch.tensor(start[:1]))
        linear.weight.copy_(torch.tensor([start[1:]]))

    for _ in range(epochs):
        y_pred = model(xx)
        loss = loss_fn(y_pred, y)
        yield loss, (linear.bias, linear.weight)

        model.zero_grad()
        loss.backward()

        with torch.no_grad():
            for param in model.parameters():
                param -= learning_rate * param.grad

    return linear.bias, linear.weight
