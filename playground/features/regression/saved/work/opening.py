"""A stranger's file -> what is in it, opened with weights_only and looked at before it is used."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

import torch

from playground.features.regression.saved import formats
from playground.features.regression.saved.results import (
    MOST_BYTES,
    MOST_DIMENSIONS,
    MOST_LETTERS,
    MOST_NAMES,
    Entry,
)
from playground.features.regression.saved.work.places import plain
from playground.features.regression.saved.work.states import RefusedError
from playground.lessons.linear_regression import load


def opened(content: bytes) -> Any:
    """Return what `content` holds. Raises RefusedError, or what torch raises."""
    if len(content) > MOST_BYTES:
        raise RefusedError("oversized", bytes=len(content), most=MOST_BYTES)
    claimed = sum(member.file_size for member in formats.members(content) or ())
    if claimed > MOST_BYTES:
        raise RefusedError("inflates", bytes=claimed, most=MOST_BYTES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old formats; what is wrong is raised
        return plain(load.open_file(io.BytesIO(content)))


def check_names(given: Mapping[Any, Any]) -> None:
    """Raise RefusedError unless torch can be asked about the names and values in `given`."""
    if len(given) > MOST_NAMES:
        raise RefusedError("many", count=len(given), most=MOST_NAMES)
    for name in given:
        if type(name) is not str or len(name) > MOST_LETTERS or not name.isprintable():
            raise RefusedError("names", most=MOST_LETTERS)
    for name, value in given.items():
        if isinstance(value, torch.Tensor) and value.dim() > MOST_DIMENSIONS:
            raise RefusedError("dimensions", name=name, count=value.dim(), most=MOST_DIMENSIONS)


def check_types(given: Mapping[str, Any]) -> None:
    """Raise RefusedError if torch made another number of a weight in `given`, which it took."""
    for name, value in given.items():
        if not value.dtype.is_floating_point:
            raise RefusedError("dtype", name=name, dtype=str(value.dtype))


def entries(given: Mapping[str, Any]) -> tuple[Entry, ...]:
    """Return each name of the model and of `given`, with both shapes."""
    shapes = {name: tuple(p.shape) for name, p in torch.nn.Linear(1, 1).named_parameters()}
    found = []
    for name in dict.fromkeys([*shapes, *given]):
        value = given.get(name)
        tensor = isinstance(value, torch.Tensor)
        dtype = str(value.dtype) if tensor else type(value).__name__  # type: ignore[union-attr]
        found.append(
            Entry(
                name=name,
                expected=shapes.get(name),
                found=tuple(value.shape) if tensor else None,  # type: ignore[union-attr]
                dtype=dtype.removeprefix("torch.") if name in given else "",
            )
        )
    return tuple(found)
