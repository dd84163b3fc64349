"""What was saved, loaded and trained on, as plain data; the lessons on it; what a file may hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import catalog, history
from playground.core.history import History
from playground.jobs.failure import Failure

Array = NDArray[np.float64]

FOLDER = "linear_regression"
NAMES = MappingProxyType({"weights": "regression.pt", "checkpoint": "checkpoint.pt"})
BROKEN = MappingProxyType(
    {
        "missing_key": "broken_weights",
        "unexpected_key": "broken_weights",
        "size_mismatch": "broken_weights",
        "not_a_dict": "broken_weights",
        "not_finite": "broken_weights",
        "whole_module": "broken_files",
        "hostile": "broken_files",
        "not_a_checkpoint": "broken_files",
        "empty": "broken_files",
        "truncated": "broken_files",
        "oversized": "broken_files",
        "inflating": "broken_files",
    }
)
"""Prepared files that fail to load: each one's slug, and the lesson whose function makes it."""
HOSTILE_FILE = "made_by_a_pickle.txt"

MOST_BYTES = 2**20  # of a file, packed or unpacked
MOST_NAMES = 64  # in a state_dict
MOST_LETTERS = 200  # of a name
MOST_DIMENSIONS = 8  # of a tensor
MOST_OFFERS = 4  # places in a file
LONGER = (50, 200, 1000)  # epochs to train on for
SHOWN_POINTS = 200


@dataclass(frozen=True, kw_only=True)
class Files:
    """The two files of one run, as `torch.save` writes them."""

    weights: bytes
    checkpoint: bytes


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One name of a state_dict: the shape the model has for it, and what the file holds.

    expected, found: None where the model, or the file, does not have the name. dtype: the tensor's;
    of another object its type, and then `found` is None too.
    """

    name: str
    expected: tuple[int, ...] | None
    found: tuple[int, ...] | None
    dtype: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a file a state_dict lies: the names and numbers that lead to it, level by level.

    prefix: what its names begin with and the model's do not.
    """

    path: tuple[str | int, ...] = ()
    prefix: str = ""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What came of loading one file.

    refused, fields: why this page refused it, a slug of `words.REFUSALS`, and its numbers.
    raised: torch's own error, where there was one.
    format: what kind of file it is that torch could not open, a slug of `formats.Format`; `fields`
        are those of its sentence then.
    created: whether the file that the hostile pickle asks for exists afterwards.
    place: where the weights were looked for.
    offers: where else state_dicts lie, and what comes of loading each; only what torch takes, if
        it takes one.
    checkpoint, epoch: whether the weights lay in a checkpoint, and the epoch it names, if it does.
    optimizer: whether the file holds an optimizer's state.
    answer: what load_state_dict returned, as text.
    weights: name to value, as loaded.
    x, y, current, loaded: shape (points,) each; the predictions of the page's model and of this.
    """

    refused: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    raised: Failure | None = None
    format: str = ""
    created: bool = False
    place: Place = field(default_factory=Place)
    offers: tuple[Loaded, ...] = ()
    checkpoint: bool = False
    epoch: int | None = None
    optimizer: bool = False
    entries: tuple[Entry, ...] = ()
    answer: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    x: Array = field(default_factory=lambda: np.empty(0))
    y: Array = field(default_factory=lambda: np.empty(0))
    current: Array = field(default_factory=lambda: np.empty(0))
    loaded: Array = field(default_factory=lambda: np.empty(0))

    @property
    def fits(self) -> bool:
        """Whether the model took all weights of the file, and only those."""
        return not self.refused and not self.raised


@dataclass(frozen=True, kw_only=True)
class Continued:
    """The losses of training on from a file, measured before each update.

    without: with a new optimizer, as the page's settings make it.
    state: with the state from the file; None where there is none, or it was refused or raised.
    raised: torch's own error in loading the state or in the steps after it.
    taken: whether load_state_dict took the state; if it raised, it was in the steps after.
    refused, fields: why this page refused the state, as in `Loaded`.
    foreign: what the state remembers of each weight and this optimizer never keeps: it is of
        another kind.
    differ: settings whose values the file brought: name, the file's, the page's.
    """

    without: Array
    state: Array | None = None
    raised: Failure | None = None
    taken: bool = False
    refused: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    differ: tuple[tuple[str, str, str], ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the two curves are one, to the last bit."""
        return self.state is not None and np.array_equal(self.state, self.without, equal_nan=True)


def updates(run: History) -> int:
    """Return how many updates led to `run.final`.

    A run that finished made one an epoch. One that was stopped is kept up to its last snapshot,
    whose weights gave that epoch's loss; one that diverged ends with the weights of its last loss.
    """
    if run.ended == history.FINISHED:
        return len(run.loss)
    if run.ended == history.STOPPED:
        return int(run.epochs[-1])
    return len(run.loss) - 1


def opening(name: str, optimizer: str) -> str:
    """Return the lines that open the file `name`, of `NAMES`, in plain torch."""
    text = catalog.source(FOLDER, f"open_{name}")
    return text.replace("torch.optim.SGD", f"torch.optim.{optimizer}")


def maker(slug: str) -> str:
    """Return the lines that make the prepared file `slug`: one function of its lesson."""
    text = catalog.source(FOLDER, BROKEN[slug])
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == slug:
            return ast.get_source_segment(text, node) or ""
    raise KeyError(slug)
