"""The weights of a lesson: named tensors of any shape, and their numbers one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Weight:
    """A weight that is learned: its name and, where it is no scalar, its shape."""

    name: str
    shape: tuple[int, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The name of each of its numbers, in the order of `ravel`: `a`, or `0.weight[1][0]`."""
        places = np.ndindex(self.shape)
        return tuple(self.name + "".join(f"[{k}]" for k in place) for place in places)


def scalars(names: Iterable[str]) -> tuple[Weight, ...]:
    """Return a scalar for each of `names`."""
    return tuple(map(Weight, names))


def columns(weights: Iterable[Weight]) -> tuple[str, ...]:
    """Return the name of each number in `weights`, in their order."""
    return tuple(column for weight in weights for column in weight.columns)


def shapes(weights: Iterable[Weight]) -> dict[str, tuple[int, ...]]:
    """Return the shape of each of `weights`, by its name."""
    return {weight.name: weight.shape for weight in weights}


def shaped(numbers: Sequence[float], weights: Iterable[Weight]) -> tuple[Any, ...]:
    """Return `numbers` as `weights` have them: a float for a scalar, nested lists for a tensor."""
    found, first = [], 0
    for weight in weights:
        size = math.prod(weight.shape)
        found.append(np.reshape(numbers[first : first + size], weight.shape).tolist())
        first += size
    return tuple(found)


def flat(values: Iterable[Any]) -> Array:
    """Return the numbers of what `shaped` returned, one after the other."""
    return np.concatenate([np.ravel(value) for value in values], dtype=np.float64)
