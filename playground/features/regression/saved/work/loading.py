"""A stranger's file -> what torch says to it, and training on from it.

Every file is opened by `load.open_file`, with weights_only=True, and looked at before it is used:
what torch would take without a word, but a lesson cannot go on from, is refused with a sentence.
The process has closer limits than other jobs, of memory and of processor time: a pickle can ask
for endless work in one step (a dict key of tuples in tuples), which only the system can end.
"""

from __future__ import annotations

import io
import math
import multiprocessing
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from playground.core import data
from playground.core.rounding import spread
from playground.core.settings import Settings
from playground.features.regression.saved.results import (
    HOSTILE_FILE,
    MOST_BYTES,
    MOST_DIMENSIONS,
    MOST_LETTERS,
    MOST_NAMES,
    SHOWN_POINTS,
    Array,
    Continued,
    Entry,
    Loaded,
)
from playground.features.regression.saved.work import writing
from playground.features.regression.saved.work.states import RefusedError, another, checked, differ
from playground.jobs import rlimits
from playground.jobs.failure import Failure
from playground.lessons.linear_regression import fit_linear, load

SECONDS, MEGABYTES = 5, 64  # to open a file; honest ones of this size take a tenth


def file(settings: Settings, final: tuple[float, ...], content: bytes) -> Iterator[Loaded]:
    """Yield, once, what comes of loading `content` into the model of the page.

    final: the weights of the run on the page, for its predictions.
    """
    _bound(SECONDS)
    found: dict[str, Any] = {}
    try:
        _open(content, found)
        model, _ = writing.build(settings)
        answer = str(load.load_weights(model, found["state_dict"]))
        weights = {name: p.item() for name, p in model.named_parameters()}
        if not all(map(math.isfinite, weights.values())):
            raise RefusedError("not_finite")
    except RefusedError as refused:
        yield Loaded(**_facts(found), refused=refused.slug, fields=refused.fields)
    except Exception as error:  # torch's, and a lesson
        yield Loaded(**_facts(found), raised=Failure.of(error))
    else:
        seen: dict[str, Any] = _predictions(settings, final, model)
        yield Loaded(**_facts(found), answer=answer, weights=weights, **seen)


def train_on(settings: Settings, content: bytes, epochs: int) -> Iterator[Continued]:
    """Yield, once, the losses of training on from `content` with the page's settings.

    Only for a file that `file` could load.
    """
    _bound(SECONDS + 2 * settings.work * epochs / settings.epochs)
    checkpoint: dict[str, Any] = {}
    _open(content, checkpoint)
    checkpoint["model_state_dict"] = checkpoint["state_dict"]
    build = partial(writing.build, settings)
    x, y = writing.points(settings)

    def go_on(with_optimizer: bool) -> Array:
        model, optimizer = load.resume(build, checkpoint, with_optimizer=with_optimizer)
        losses = []
        for loss, _ in fit_linear.fit(model, optimizer, x, y, epochs=epochs):
            losses.append(loss.item())
            if not math.isfinite(losses[-1]):
                break
        return np.array(losses)

    without = go_on(with_optimizer=False)
    if not checkpoint["optimizer"]:
        yield Continued(without=without)
        return
    fresh = build()[1].state_dict()
    try:
        state = checked(checkpoint["optimizer_state_dict"], fresh)
    except RefusedError as refused:
        yield Continued(without=without, refused=refused.slug, fields=refused.fields)
        return
    checkpoint["optimizer_state_dict"] = state
    facts: dict[str, Any] = {"another": another(state, fresh), "differ": differ(state, fresh)}
    try:
        yield Continued(without=without, state=go_on(with_optimizer=True), **facts)
    except Exception as error:  # torch's, and a lesson
        yield Continued(without=without, raised=Failure.of(error), **facts)


def _bound(seconds: float) -> None:
    """Bound this process, if it is a job's own."""
    if multiprocessing.parent_process() is not None:
        rlimits.bound(MEGABYTES, seconds)


def _open(content: bytes, found: dict[str, Any]) -> None:
    """Open `content` and put into `found` what it holds, as far as it gets.

    Raises RefusedError, or what torch raises.
    """
    if len(content) > MOST_BYTES:
        raise RefusedError("oversized", bytes=len(content), most=MOST_BYTES)
    _check_members(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old formats; what is wrong is raised
        opened = _plain(load.open_file(io.BytesIO(content)))
    found["checkpoint"] = isinstance(opened, dict) and "model_state_dict" in opened
    state_dict = _plain(opened["model_state_dict"]) if found["checkpoint"] else opened
    if found["checkpoint"]:
        epoch = opened.get("epoch")
        found["epoch"] = epoch if type(epoch) is int and 0 <= epoch < 10**7 else None
        found["optimizer_state_dict"] = opened.get("optimizer_state_dict")
    found["optimizer"] = found.get("optimizer_state_dict") is not None
    found["state_dict"] = state_dict
    if isinstance(state_dict, dict):  # or load_state_dict says what it is
        _check_weights(state_dict, found)


def _plain(value: Any) -> Any:
    """Return a dict of any kind as a plain one, anything else as it is.

    An OrderedDict from a file may carry attributes: `_metadata`, which tells load_state_dict to do
    otherwise, or an `items` of its own.
    """
    return dict.copy(value) if isinstance(value, dict) else value


def _check_members(content: bytes) -> None:
    """Raise RefusedError if `content` is an archive that unpacks to more than a file may hold."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        claimed = sum(member.file_size for member in archive.infolist())
    if claimed > MOST_BYTES:
        raise RefusedError("inflates", bytes=claimed, most=MOST_BYTES)


def _check_weights(given: dict[Any, Any], found: dict[str, Any]) -> None:
    """Raise RefusedError unless torch can be asked about the names and values in `given`."""
    if len(given) > MOST_NAMES:
        raise RefusedError("many", count=len(given), most=MOST_NAMES)
    for name in given:
        if type(name) is not str or len(name) > MOST_LETTERS or not name.isprintable():
            raise RefusedError("names", most=MOST_LETTERS)
    tensors = {name: value for name, value in given.items() if isinstance(value, torch.Tensor)}
    for name, value in tensors.items():
        if value.dim() > MOST_DIMENSIONS:
            raise RefusedError("dimensions", name=name, count=value.dim(), most=MOST_DIMENSIONS)
    found["entries"] = _entries(given)
    for name, value in tensors.items():
        if not value.dtype.is_floating_point:
            raise RefusedError("dtype", name=name, dtype=str(value.dtype))


def _entries(given: Mapping[str, Any]) -> tuple[Entry, ...]:
    shapes = {name: tuple(p.shape) for name, p in torch.nn.Linear(1, 1).named_parameters()}
    entries = []
    for name in dict.fromkeys([*shapes, *given]):
        value = given.get(name)
        tensor = isinstance(value, torch.Tensor)
        dtype = str(value.dtype) if tensor else type(value).__name__  # type: ignore[union-attr]
        entries.append(
            Entry(
                name=name,
                expected=shapes.get(name),
                found=tuple(value.shape) if tensor else None,  # type: ignore[union-attr]
                dtype=dtype.removeprefix("torch.") if name in given else "",
            )
        )
    return tuple(entries)


def _facts(found: Mapping[str, Any]) -> dict[str, Any]:
    shown = ("checkpoint", "epoch", "optimizer", "entries")
    facts = {name: found[name] for name in shown if name in found}
    return facts | {"created": Path(HOSTILE_FILE).exists()}


def _predictions(settings: Settings, final: tuple[float, ...], model: Any) -> dict[str, Any]:
    """Return points of the sample, and what the page's model and the loaded one say there."""
    current, _ = writing.build(settings)
    writing.fill(current, final)
    inputs, _ = writing.points(settings)
    x, y = data.sample_for(settings)
    some = spread(len(x), SHOWN_POINTS)
    with torch.no_grad():
        rows = inputs[some].unsqueeze(1)
        said = [m(rows).squeeze(1).double().numpy() for m in (current, model)]
    return {"x": x[some], "y": y[some], "current": said[0], "loaded": said[1]}
