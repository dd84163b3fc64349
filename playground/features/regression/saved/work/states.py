"""An optimizer's state from a stranger's file: what may go into an optimizer of this page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from playground.core.settings import KNOBS, TORCH_NAMES, Knob
from playground.features.regression.saved.results import MOST_DIMENSIONS

MOST_PARTS, MOST_DEPTH, MOST_NUMBERS = 5000, 6, 1000
DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool)


class RefusedError(ValueError):
    """Why this page does not use a file: a slug of `words.REFUSALS`, and its numbers."""

    def __init__(self, slug: str, **fields: object) -> None:
        super().__init__(slug)
        self.slug, self.fields = slug, fields


def checked(given: Any, fresh: Mapping[str, Any]) -> dict[str, Any]:
    """Return `given` as plain dicts, if every part of it may go into an optimizer.

    fresh: the state_dict of the page's optimizer. Settings that it has must keep the bounds of the
    page's knobs; those that only `given` has are for torch to judge.
    Raises RefusedError.
    """
    try:
        state, groups = given["state"], given["param_groups"]
        state, groups = dict(state), [dict(group) for group in groups[:2]]
        count = len(groups[0]["params"])
    except (KeyError, TypeError, ValueError, IndexError):
        raise RefusedError("form") from None
    ours = fresh["param_groups"][0]
    if len(groups) != 1 or count != len(ours["params"]):
        raise RefusedError("form")
    _walk(state, [MOST_PARTS])
    for name in sorted(groups[0].keys() & ours.keys() - {"params"}):
        _check_setting(name, groups[0][name], ours[name])
    return {"state": state, "param_groups": groups}


def another(state: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    """Return whether the settings in `state` have other names than those in `fresh`."""
    theirs, ours = state["param_groups"][0], fresh["param_groups"][0]
    return bool((theirs.keys() ^ ours.keys()) - {"initial_lr"})


def differ(state: Mapping[str, Any], fresh: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return the settings that `state` sets otherwise than `fresh`: name, and both values."""
    theirs, ours = state["param_groups"][0], fresh["param_groups"][0]
    return tuple(
        (name, str(theirs[name]), str(ours[name]))
        for name in ours
        if name in theirs and name != "params" and theirs[name] != ours[name]
    )


def _bounds(name: str) -> list[Knob]:
    """Return the rules that a setting of torch's must keep; none where it must be the page's."""
    rules = [KNOBS[knob] for knob in TORCH_NAMES.get(name, (name,)) if knob in KNOBS]
    return [rule for rule in rules if rule.kind in (int, float)]


def _check_setting(name: str, value: Any, ours: Any) -> None:
    rules = _bounds(name)
    values = value if len(rules) > 1 else (value,)
    if not rules:
        if type(value) is not type(ours) or value != ours:
            raise RefusedError("setting", name=name, rule=repr(ours))
        return
    if type(values) is not tuple or len(values) != len(rules):
        raise RefusedError("setting", name=name, rule=repr(ours))
    for part, rule in zip(values, rules, strict=True):
        if type(part) not in (int, float):
            raise RefusedError("setting", name=name, rule=rule.rule)
        try:
            rule.check(name, part)
        except ValueError:
            raise RefusedError("setting", name=name, rule=rule.rule) from None


def _walk(value: Any, left: list[int], depth: int = 0) -> None:
    """Raise RefusedError unless `value` is made of finite numbers in small, plain containers."""
    left[0] -= 1
    if left[0] < 0 or depth > MOST_DEPTH:
        raise RefusedError("state")
    if isinstance(value, torch.Tensor):
        _check_tensor(value)
    elif type(value) in (dict, list, tuple):
        names = list(value) if type(value) is dict else []
        if not all(type(name) in (str, int) for name in names):
            raise RefusedError("state")
        for part in value.values() if names else value:
            _walk(part, left, depth + 1)
    elif value is not None and (type(value) not in (bool, int, float) or not -1e30 < value < 1e30):
        raise RefusedError("state")


def _check_tensor(value: torch.Tensor) -> None:
    plain = value.device.type == "cpu" and value.layout is torch.strided and value.dtype in DTYPES
    if not plain or value.dim() > MOST_DIMENSIONS or value.numel() > MOST_NUMBERS:
        raise RefusedError("state")
    if not bool(torch.isfinite(value).all()):
        raise RefusedError("state")
