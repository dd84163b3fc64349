"""optim: an optimizer makes the step."""

import torch


def train(
    x, y, start, *, epochs, learning_rate,
    degree=3, optimizer="RMSprop", **options,
):
    powers = torch.arange(1, degree + 1, device=x.device)
    xx = x.unsqueeze(-1).pow(powers)

    model = torch.nn.Sequential(
        torch.nn.Linear(degree, 1), torch.nn.Flatten(0, 1)
    ).to(x.device)
    loss_fn = torch.nn.MSELoss(reduction="sum")

    linear = model[0]
    with torch.no_grad():  # begin where every stage begins
        linear.bias.copy_(torch.tensor(start[:1]))
        linear.weight.copy_(torch.tensor([start[1:]]))

    Optimizer = getattr(torch.optim, optimizer)
    optimizer = Optimizer(
        model.parameters(), lr=learning_rate, **options
    )

    def closure():
        optimizer.zero_grad()
        loss = loss_fn(model(xx), y)
        loss.backward()
        return loss

    for _ in range(epochs):
        y_pred = model(xx)
        loss = loss_fn(y_pred, y)
        yield loss, (linear.bias, linear.weight)

        if Optimizer is torch.optim.LBFGS:
            # It asks for the loss several times a step.
            optimizer.step(closure)
        else:
            optimizer.zero_grad()  # or backward() adds to it
            loss.backward()
            optimizer.step()

    return linear.bias, linear.weight
