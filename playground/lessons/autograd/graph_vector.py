"""The result is a vector, so backward() needs to know v."""


def forward(w, x):
    y = w * x**2
    return y
