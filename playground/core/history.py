"""What a run did: the loss of every epoch, the weights at some, and how it ended."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

FINISHED, DIVERGED, STOPPED = "finished", "diverged", "stopped"
SHOWN = 10  # weights that a run names when it is shown in short


def _none() -> Array:
    return np.empty(0)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return a.keys() == b.keys() and _same(np.array([*a.values()]), np.array([*b.values()]))
    return np.array_equal(a, b, equal_nan=True) if isinstance(a, np.ndarray) else bool(a == b)


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """What a run, or a part of one, did.

    loss: shape (epochs,), measured before each epoch's update.
    epochs: shape (snapshots,), the epochs whose weights were kept, from 0.
    names: of the columns of `weights`, each a number: a scalar, or an element of a tensor.
    weights: shape (snapshots, len(names)), the weights that gave the loss of those epochs.
    shapes: of the tensors that the columns make, by name, in their order; where there are none,
        each column is a scalar. `tensor` and `final_tensor` give them by name.
    final: name to value, after the last update, or where the run did not finish, the weights that
        gave its last loss; empty while it goes on.
    ended: `finished`, `diverged` (the last loss is not finite), `stopped` (by the learner or a
        limit), or None while the run goes on.
    seconds: how long the epochs took, without the start of the process.
    """

    names: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    loss: Array = field(default_factory=_none)
    epochs: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    weights: Array = field(default_factory=_none)
    final: dict[str, float] = field(default_factory=dict)
    ended: str | None = None
    seconds: float = 0.0

    def __eq__(self, other: object) -> bool:
        """Return whether all is the same in both; nan is as nan."""
        if type(other) is not type(self):
            return NotImplemented
        names = [f.name for f in dataclasses.fields(self)]
        return all(_same(getattr(self, name), getattr(other, name)) for name in names)

    def __repr__(self) -> str:
        """Return in one line how far the run came, its last loss and its weights."""
        said = [f"loss {loss:.4g}" for loss in self.loss[-1:]]
        said += [f"{name} = {value:.4g}" for name, value in self.first_weights().items()]
        said += ["..."] if len(self.final) > SHOWN else []
        count = "1 epoch" if len(self.loss) == 1 else f"{len(self.loss)} epochs"
        numbers = f": {', '.join(said)}" if said else ""
        return f"History({count}, {self.ended or 'not over'}{numbers})"

    def first_weights(self) -> dict[str, float]:
        """Return the first of `final`, as many as a line has room for."""
        return dict(list(self.final.items())[:SHOWN])

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row for each epoch: its loss and, where kept, its weights.

        The index is the epoch. A weight that was not kept is nan.
        """
        import pandas as pd  # it takes time to import, and the pages do not need it here

        frame = pd.DataFrame({"loss": self.loss}, pd.RangeIndex(len(self.loss), name="epoch"))
        weights = self.weights.reshape(len(self.epochs), len(self.names))
        return frame.join(pd.DataFrame(weights, self.epochs, self.names))

    @property
    def finite(self) -> Array:
        """The losses before the first that is not finite."""
        return self.loss[:-1] if self.ended == DIVERGED else self.loss

    @property
    def speed(self) -> float:
        """Epochs per second."""
        return len(self.loss) / self.seconds if self.seconds else 0.0

    def tensor(self, name: str) -> Array:
        """Return a weight at the snapshots: shape (snapshots, *its own); KeyError if unknown."""
        place, shape = self._place(name)
        return self.weights[:, place].reshape(-1, *shape)

    def final_tensor(self, name: str) -> Array:
        """Return a weight as in `final`, in its own shape; KeyError if it is unknown."""
        place, shape = self._place(name)
        return np.array(list(self.final.values())[place]).reshape(shape)

    def _place(self, name: str) -> tuple[slice, tuple[int, ...]]:
        """Return the columns of a weight, and its shape."""
        first = 0
        shapes = self.shapes or dict.fromkeys(self.names, ())
        for other, shape in shapes.items():
            if other == name:
                return slice(first, first + math.prod(shape)), shape
            first += math.prod(shape)
        raise KeyError(f"there is no weight {name!r}, but {', '.join(shapes)}")


def join(parts: Sequence[History]) -> History:
    """Return the history that consecutive `parts` of one run make together."""
    last = parts[-1]
    return History(
        names=last.names,
        shapes=last.shapes,
        loss=np.concatenate([part.loss for part in parts]),
        epochs=np.concatenate([part.epochs for part in parts]),
        weights=np.concatenate([part.weights.reshape(-1, len(last.names)) for part in parts]),
        final=last.final,
        ended=last.ended,
        seconds=last.seconds,
    )


def stopped(history: History) -> History:
    """Return `history` as that of a run which ended before its time, at its last snapshot.

    The losses after that are left out: nobody has kept the weights that gave them.
    """
    final = dict(zip(history.names, history.weights[-1].tolist(), strict=True))
    loss = history.loss[: history.epochs[-1] + 1]
    return dataclasses.replace(history, loss=loss, ended=STOPPED, final=final)


def snapshots(epochs: int, count: int = 100) -> list[int]:
    """Return the epochs whose weights to keep: at most `count` + 1, the first and last among them.

    They lie densest at the start, where a run changes fastest, at k-squared intervals; a run of
    up to `count` epochs keeps them all.
    """
    if epochs <= count:
        return list(range(epochs))
    return sorted({round((epochs - 1) * (k / count) ** 2) for k in range(count + 1)})
