"""Where in an opened file state_dicts lie: at which level, and under which prefix of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from typing import Any

import torch

from playground.features.regression.saved.results import MOST_LETTERS, Place

MOST_LEVELS, MOST_PARTS, MOST_PLACES = 6, 200, 16
WRAPPERS = ("module.", "_orig_mod.", "model.", "net.")  # of DataParallel, torch.compile, Lightning
OPTIMIZER = frozenset({"state", "param_groups"})  # what optimizer.state_dict() has


def plain(value: Any) -> Any:
    """Return a dict of any kind as a plain one, anything else as it is.

    An OrderedDict from a file may carry attributes: `_metadata`, which tells load_state_dict to do
    otherwise, or an `items` of its own.
    """
    return dict.copy(value) if isinstance(value, dict) else value


def usual(whole: Any) -> Place:
    """Return where a file of this page has its weights: in a checkpoint, or as the whole file."""
    checkpoint = isinstance(whole, dict) and "model_state_dict" in whole
    return Place(path=("model_state_dict",)) if checkpoint else Place()


def taken(whole: Any, place: Place) -> Any:
    """Return what lies at `place`, its names without the prefix."""
    value = levels(whole, place)[-1]
    if not place.prefix:
        return value
    return {name.removeprefix(place.prefix): part for name, part in value.items()}


def levels(whole: Any, place: Place) -> list[Any]:
    """Return the whole, and what lies at each level on the way to `place`."""
    found = [plain(whole)]
    for key in place.path:
        found.append(plain(found[-1][key]))
    return found


def others(whole: Any, place: Place) -> list[Place]:
    """Return where else than at `place` tensors lie by name, the highest level first."""
    found = (other for path, names in _dicts(whole) for other in _of(path, names))
    return [other for other in islice(found, MOST_PLACES) if other != place]


def optimizers(whole: Any, place: Place) -> list[Any]:
    """Return the states of optimizers that lie nearest to `place`: beside it, or higher."""
    for level in reversed(levels(whole, place)[: len(place.path) or 1]):
        if isinstance(level, dict) and level.get("optimizer_state_dict") is not None:
            return [level["optimizer_state_dict"]]
        parts = [part for _key, value in _parts(level) for part in _listed(value)]
        found = [part for part in parts if isinstance(part, dict) and part.keys() >= OPTIMIZER]
        if found:
            return found
    return []


def epoch(whole: Any, place: Place) -> int | None:
    """Return the epoch that stands beside `place`, or higher, if it is one."""
    for level in reversed(levels(whole, place)[: len(place.path)]):
        value = level.get("epoch") if isinstance(level, dict) else None
        if type(value) is int and 0 <= value < 10**7:
            return value
    return None


def _listed(value: Any) -> list[Any]:
    return list(value[:MOST_PARTS]) if isinstance(value, list | tuple) else [value]


def _of(path: tuple[str | int, ...], names: list[str]) -> Iterator[Place]:
    """Yield the places of one dict of tensors: as it is, and without a prefix of its names."""
    yield Place(path=path)
    parts = zip(*(name.split(".")[:-1] for name in names), strict=False)
    alike = takewhile(lambda level: len(set(level)) == 1, parts)
    common = "".join(f"{level[0]}." for level in alike)
    wrapped = [mark for mark in WRAPPERS if any(name.startswith(mark) for name in names)]
    for prefix in [common] if common else wrapped:
        if len({name.removeprefix(prefix) for name in names}) == len(names):
            yield Place(path=path, prefix=prefix)


def _dicts(whole: Any) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
    """Yield the path and the names of each dict that has a tensor, level by level."""
    level: list[tuple[tuple[str | int, ...], Any]] = [((), plain(whole))]
    for _ in range(MOST_LEVELS):
        below = []
        for path, value in level:
            if isinstance(value, dict) and value.keys() >= OPTIMIZER:
                continue
            if isinstance(value, dict) and _names_tensors(value):
                yield path, list(value)
            parts = ((key, plain(part)) for key, part in _parts(value))
            below += [((*path, key), part) for key, part in parts if not torch.is_tensor(part)]
        level = below[:MOST_PARTS]


def _names_tensors(value: Mapping[Any, Any]) -> bool:
    return all(type(name) is str for name in value) and any(map(torch.is_tensor, value.values()))


def _parts(value: Any) -> list[tuple[str | int, Any]]:
    """Return what lies one level below `value`, under names that can be shown."""
    if isinstance(value, list | tuple):
        return list(enumerate(value[:MOST_PARTS]))
    if not isinstance(value, dict):
        return []
    shown = (
        (name, part)
        for name, part in value.items()
        if type(name) is str and len(name) <= MOST_LETTERS and name.isprintable()
    )
    return list(islice(shown, MOST_PARTS))
