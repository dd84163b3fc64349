"""Some of many alike cases, and shorter runs, for an ordinary run of the tests."""

import random


def some(config, cases, count):
    """Return `count` of `cases`, in their order: others for another --seed, with --full all."""
    cases = list(cases)
    if config.getoption("full"):
        return cases
    chosen = random.Random(config.getoption("seed")).sample(range(len(cases)), count)
    return [cases[place] for place in sorted(chosen)]


def length(config, short, full):
    """Return how many epochs to train: `full` with --full, else `short`."""
    return full if config.getoption("full") else short
