"""Linear regression: a line through points, with nn.Linear."""

import torch


def build(
    start, *, learning_rate,
    optimizer="SGD", device="cpu", **options,
):
    model = torch.nn.Linear(1, 1)
    with torch.no_grad():  # begin where every run begins
        model.weight.fill_(start[0])
        model.bias.fill_(start[1])
    model = model.to(device)

    Optimizer = getattr(torch.optim, optimizer)
    optimizer = Optimizer(
        model.parameters(), lr=learning_rate, **options
    )
    return model, optimizer


def fit(model, optimizer, x, y, *, epochs):
    # nn.Linear takes a row a point: (points,) to (points, 1).
    inputs, targets = x.unsqueeze(1), y.unsqueeze(1)
    loss_fn = torch.nn.MSELoss()  # the mean of the squares

    def closure():
        optimizer.zero_grad()  # or backward() adds to it
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        return loss

    for _ in range(epochs):
        with torch.no_grad():
            loss = loss_fn(model(inputs), targets)
        yield loss, (model.weight, model.bias)
        optimizer.step(closure)


def train(
    x, y, start, *, epochs, learning_rate,
    centre=False, optimizer="SGD", **options,
):
    if centre:
        x = x - x.mean()  # the same points, moved sideways
    model, optimizer = build(
        start, learning_rate=learning_rate,
        optimizer=optimizer, device=x.device, **options,
    )
    yield from fit(model, optimizer, x, y, epochs=epochs)

    return model.weight, model.bias
