"""What a loss does on its way: its end, its swings, and whether they get smaller."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SWING = 1.01  # times the lowest before: less is no swing
TAIL, SHARE = 200, 5  # the end: at most so many last epochs, and a fifth
BLOCKS, LONGEST_BLOCK = 20, 200  # that chance is smoothed over


@dataclass(frozen=True)
class Course:
    """A loss as it was recorded: shape (n,), a value for each `block` of epochs."""

    loss: Array
    block: int = 1

    @classmethod
    def smoothed(cls, loss: Array) -> Course:
        """Return the middles of some twenty blocks or more of a loss that jumps."""
        block = max(1, min(LONGEST_BLOCK, len(loss) // BLOCKS))
        blocks = loss[: len(loss) // block * block].reshape(-1, block)
        return cls(np.median(blocks, axis=1), block)

    @property
    def last(self) -> float:
        """The last of them."""
        return float(self.loss[-1])

    @property
    def late(self) -> Array:
        """The second half."""
        return self.loss[len(self.loss) // 2 :]

    @property
    def tail(self) -> Array:
        """The last fifth, and at most the last 200 epochs."""
        return self.loss[-max(2, min(TAIL // self.block, len(self.loss) // SHARE)) :]

    def back(self, epochs: int) -> int:
        """Return how many values lie `epochs` back, at least one, at most all."""
        return max(1, min(epochs // self.block, len(self.loss) - 1))


def turns(loss: Array) -> tuple[list[int], list[int]]:
    """Return where a loss turns down and where it turned up before: only swings of 1 % count."""
    peaks: list[int] = []
    troughs: list[int] = []
    low = high = 0
    up = False
    for k, value in enumerate(loss.tolist()):
        if up and value > loss[high]:
            high = k
        elif up and value * SWING < loss[high]:
            peaks.append(high)
            up, low = False, k
        elif not up and value < loss[low]:
            low = k
        elif not up and value > SWING * loss[low]:
            troughs.append(low)
            up, high = True, k
    return peaks, troughs


def change_of_swings(loss: Array, peaks: list[int], troughs: list[int]) -> float | None:
    """Return how high the later swings are beside the earlier ones; None if too few tell."""
    heights = loss[peaks] - loss[troughs[: len(peaks)]]
    half = len(heights) // 2
    if half < 2:
        return None
    return float(np.median(heights[-half:]) / np.median(heights[:half]))
