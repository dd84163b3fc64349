"""An optimizer's state from a stranger's file: what may go into an optimizer of this page.

torch is the judge of whether it fits: the state is loaded into a fresh optimizer and stepped. This
page sets bounds to its size before, and to the settings that torch made of it after.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import torch

from playground.core.settings import KNOBS, TORCH_NAMES, Knob
from playground.features.regression.saved.results import MOST_DIMENSIONS, MOST_LETTERS

MOST_PARTS, MOST_DEPTH, MOST_NUMBERS = 5000, 6, 1000
DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool)
SWITCHES: Mapping[str, tuple[bool | None, ...]] = {
    "foreach": (None, False, True),  # this and fused only choose how torch computes a step
    "fused": (None, False, True),
    "nesterov": (False, True),
    "amsgrad": (False, True),
    "centered": (False, True),
    "decoupled_weight_decay": (False, True),
}
"""Settings that a state may bring otherwise than the page's, which is told: torch takes each."""
Settings = Mapping[str, Any]


class RefusedError(ValueError):
    """Why this page does not use a file: a slug of `words.REFUSALS`, and its numbers."""

    def __init__(self, slug: str, **fields: object) -> None:
        super().__init__(slug)
        self.slug, self.fields = slug, fields


def bounded(given: Any) -> dict[str, Any]:
    """Return `given` as plain dicts, if torch can be asked about it. Raises RefusedError."""
    try:
        state, groups = dict(given["state"]), [dict(group) for group in given["param_groups"]]
        params = [group["params"] for group in groups]
    except (KeyError, TypeError, ValueError, IndexError):
        raise RefusedError("form") from None
    if not all(type(some) is list and all(type(k) is int for k in some) for some in params):
        raise RefusedError("form")
    _walk(state, [MOST_PARTS])
    _walk(groups, [MOST_PARTS], settings=True)
    return {"state": state, "param_groups": groups}


def check_settings(taken: Settings, ours: Settings) -> None:
    """Raise RefusedError unless what torch made of a state keeps the bounds of the page's knobs.

    taken, ours: the settings of the optimizer that took the state, and of the page's own.
    """
    for name in sorted(ours.keys() & taken.keys() - {"params"}):
        _check_setting(name, taken[name], ours[name])


def differ(given: Settings, taken: Settings, ours: Settings) -> tuple[tuple[str, str, str], ...]:
    """Return the settings that a state gave and set otherwise than they were: name, both values."""
    return tuple(
        (name, str(taken[name]), str(ours[name]))
        for name in ours
        if name in given and name != "params" and taken[name] != ours[name]
    )


def foreign(state: Mapping[Any, Any], kept: Collection[str] | None) -> tuple[str, ...]:
    """Return what `state` remembers of each weight and is not among what an optimizer has `kept`.

    kept: None where that is not known.
    """
    parts = [part for part in state.values() if isinstance(part, dict)] if kept is not None else []
    held = {str(name) for part in parts for name, value in part.items() if value is not None}
    return tuple(sorted(held - {*(kept or ())}))


def _bounds(name: str) -> list[Knob]:
    """Return the rules that a setting of torch's must keep; none where it must be the page's."""
    rules = [KNOBS[knob] for knob in TORCH_NAMES.get(name, (name,)) if knob in KNOBS]
    return [rule for rule in rules if rule.kind in (int, float)]


def _check_setting(name: str, value: Any, ours: Any) -> None:
    rules = _bounds(name)
    values = value if len(rules) > 1 else (value,)
    if not rules:
        _check_choice(name, value, ours)
        return
    if type(values) not in (tuple, list) or len(values) != len(rules):
        raise RefusedError("setting", name=name, rule=repr(ours))
    for part, rule in zip(values, rules, strict=True):
        if type(part) not in (int, float):
            raise RefusedError("setting", name=name, rule=rule.rule)
        try:
            rule.check(name, part)
        except ValueError:
            raise RefusedError("setting", name=name, rule=rule.rule) from None


def _check_choice(name: str, value: Any, ours: Any) -> None:
    numbers = {type(value), type(ours)} <= {int, float}  # as 0 is 0.0
    equal = (numbers or type(value) is type(ours)) and value == ours
    switch = any(value is choice for choice in SWITCHES.get(name, ()))
    if not equal and not switch:
        raise RefusedError("setting", name=name, rule=repr(ours))


def _walk(value: Any, left: list[int], depth: int = 0, settings: bool = False) -> None:
    """Raise RefusedError unless `value` is made of finite numbers in small, plain containers.

    settings: text may be there too, and numbers that are judged later, by name.
    """
    left[0] -= 1
    if left[0] < 0 or depth > MOST_DEPTH:
        raise RefusedError("state")
    if isinstance(value, torch.Tensor):
        _check_tensor(value)
    elif type(value) in (dict, list, tuple):
        names = list(value) if type(value) is dict else []
        if not all(type(name) is int or _is_short(name) for name in names):
            raise RefusedError("state")
        for part in value.values() if names else value:
            _walk(part, left, depth + 1, settings)
    elif settings and (type(value) in (int, float) or _is_short(value)):
        return
    elif value is not None and (type(value) not in (bool, int, float) or not -1e30 < value < 1e30):
        raise RefusedError("state")


def _is_short(value: Any) -> bool:
    return type(value) is str and len(value) <= MOST_LETTERS


def _check_tensor(value: torch.Tensor) -> None:
    plain = value.device.type == "cpu" and value.layout is torch.strided and value.dtype in DTYPES
    if not plain or value.dim() > MOST_DIMENSIONS or value.numel() > MOST_NUMBERS:
        raise RefusedError("state")
    if not bool(torch.isfinite(value).all()):
        raise RefusedError("state")
