"""A vector becomes a number: b is used by every element."""


def forward(x, b):
    t = x + b
    y = t.sum()
    return y
