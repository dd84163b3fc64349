"""Surfaces to go down on: f(x, y) should become small."""

import math

import torch


def ravine(x, y):
    # Fifty times steeper across than along: a condition of 50.
    return (x**2 + 50 * y**2) / 2


def saddle(x, y):
    # Flat at (0, 0), where one way is up and the other down.
    return x**2 / 2 + (y**2 - 1) ** 2 / 4


def rosenbrock(x, y):
    # A bent valley: easy to find, slow to follow.
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def himmelblau(x, y):
    # Four lowest points, equally low.
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def beale(x, y):
    # Almost flat along the middle, cliffs in the corners.
    return (
        (1.5 - x + x * y) ** 2
        + (2.25 - x + x * y**2) ** 2
        + (2.625 - x + x * y**3) ** 2
    )


def rastrigin(x, y):
    # A bowl with a dent at all whole numbers.
    waves = torch.cos(math.tau * x) + torch.cos(math.tau * y)
    return 20 + x**2 + y**2 - 10 * waves
