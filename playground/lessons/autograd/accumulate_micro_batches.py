"""Micro-batches: one long step, its gradient in short pieces."""

import torch


def train(
    x, y, start, *, updates, learning_rate, sizes, divide="by_k"
):
    a, b, c, d = (
        torch.tensor(w, dtype=x.dtype, requires_grad=True)
        for w in start
    )
    optimizer = torch.optim.SGD([a, b, c, d], lr=learning_rate)
    xs, ys = x.split(sizes), y.split(sizes)

    for _ in range(updates):
        optimizer.zero_grad()  # once a step, not once a part

        for x_part, y_part in zip(xs, ys, strict=True):
            y_pred = a + b * x_part + c * x_part**2 + d * x_part**3
            loss = (y_pred - y_part).pow(2).mean()

            if divide == "by_k":
                share = 1 / len(sizes)
            elif divide == "by_share":
                share = len(x_part) / len(x)
            else:
                share = 1  # the sum of the means: k times too long

            # Adds to .grad, and frees the graph of this part:
            # only one part's graph is ever in memory.
            (share * loss).backward()
            yield loss, (a, b, c, d)

        optimizer.step()
