"""Some of many alike cases, for an ordinary run."""

import random


def some(config, cases, count):
    """Return `count` of `cases`, in their order: others for another --seed, with --full all."""
    cases = list(cases)
    if config.getoption("full"):
        return cases
    chosen = random.Random(config.getoption("seed")).sample(range(len(cases)), count)
    return [cases[place] for place in sorted(chosen)]
