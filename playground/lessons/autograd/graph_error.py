"""The squared error of a line through the origin."""


def forward(w, x, y):
    loss = (w * x - y) ** 2
    return loss
