"""A stranger's file -> what torch says to it, and training on from it.

Every file is opened by `load.open_file`, with weights_only=True, and looked at before it is used:
what torch would take without a word, but a lesson cannot go on from, is refused with a sentence.
The process has closer limits than other jobs, of memory and of processor time: a pickle can ask
for endless work in one step (a dict key of tuples in tuples), which only the system can end.
"""

from __future__ import annotations

import math
import multiprocessing
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from playground.core import data
from playground.core.rounding import spread
from playground.core.settings import Settings
from playground.features.regression.saved import formats
from playground.features.regression.saved.results import (
    HOSTILE_FILE,
    MOST_OFFERS,
    SHOWN_POINTS,
    Array,
    Continued,
    Loaded,
    Place,
)
from playground.features.regression.saved.work import opening, places, states, writing
from playground.features.regression.saved.work.states import RefusedError
from playground.jobs import rlimits
from playground.jobs.failure import Failure
from playground.lessons.linear_regression import fit_linear, load

SECONDS, MEGABYTES = 5, 64  # to open a file; honest ones of this size take a tenth


def file(
    settings: Settings, final: tuple[float, ...], content: bytes, place: Place | None = None
) -> Iterator[Loaded]:
    """Yield, once, what comes of loading `content` into the model of the page.

    final: the weights of the run on the page, for its predictions.
    place: where in the file the weights lie; None: where files of this page have them.
    """
    _bound(SECONDS)
    try:
        whole = opening.opened(content)
    except RefusedError as refused:
        found = Loaded(refused=refused.slug, fields=refused.fields)
    except Exception as error:  # torch's, and a lesson
        known = formats.recognised(content)
        found = Loaded(raised=Failure.of(error), format=known.slug, fields=known.fields)
    else:
        found = _answer(settings, final, whole, place or places.usual(whole))
    yield replace(found, created=Path(HOSTILE_FILE).exists())


def train_on(
    settings: Settings, content: bytes, epochs: int, place: Place | None = None
) -> Iterator[Continued]:
    """Yield, once, the losses of training on from `content` with the page's settings.

    Only for a file, and a place in it, that `file` could load.
    """
    _bound(SECONDS + 2 * settings.work * epochs / settings.epochs)
    whole = opening.opened(content)
    place = place or places.usual(whole)
    checkpoint: dict[str, Any] = {"model_state_dict": places.taken(whole, place)}
    without = _losses(settings, checkpoint, epochs, with_optimizer=False)
    held = places.optimizers(whole, place)
    if not held:
        yield Continued(without=without)
        return
    taken, facts = False, dict[str, Any]()
    try:
        if len(held) > 1:
            raise RefusedError("optimizers", count=len(held))
        checkpoint["optimizer_state_dict"] = states.bounded(held[0])
        facts = _into_fresh(settings, checkpoint["optimizer_state_dict"])
        taken = True
        state = _losses(settings, checkpoint, epochs, with_optimizer=True)
        yield Continued(without=without, state=state, taken=True, **facts)
    except RefusedError as refused:
        yield Continued(without=without, refused=refused.slug, fields=refused.fields)
    except Exception as error:  # torch's, and a lesson
        yield Continued(without=without, raised=Failure.of(error), taken=taken, **facts)


def _bound(seconds: float) -> None:
    """Bound this process, if it is a job's own."""
    if multiprocessing.parent_process() is not None:
        rlimits.bound(MEGABYTES, seconds)


def _answer(settings: Settings, final: tuple[float, ...], whole: Any, place: Place) -> Loaded:
    """Return what comes of the weights at `place`, and where else there are some if it fails."""
    found, model = _tried(settings, whole, place)
    if found.fits:
        return replace(found, **_predictions(settings, final, model))
    there = [_tried(settings, whole, other)[0] for other in places.others(whole, place)]
    offers = [offer for offer in there if offer.fits] or there
    return replace(found, offers=tuple(replace(o, entries=()) for o in offers[:MOST_OFFERS]))


def _tried(settings: Settings, whole: Any, place: Place) -> tuple[Loaded, torch.nn.Module]:
    """Return what torch says to the weights at `place`, and the model that was to take them."""
    found = Loaded(
        place=place,
        checkpoint=bool(place.path),
        epoch=places.epoch(whole, place),
        optimizer=bool(places.optimizers(whole, place)),
    )
    model, _ = writing.build(settings)
    given = places.taken(whole, place)
    try:
        if isinstance(given, dict):  # or load_state_dict says what it is
            opening.check_names(given)
            found = replace(found, entries=opening.entries(given))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of complex numbers, which are refused below
            answer = str(load.load_weights(model, given))
        opening.check_types(given)
        weights = {name: p.item() for name, p in model.named_parameters()}
        if not all(map(math.isfinite, weights.values())):
            raise RefusedError("not_finite")
        found = replace(found, answer=answer, weights=weights)
    except RefusedError as refused:
        found = replace(found, refused=refused.slug, fields=refused.fields)
    except Exception as error:  # torch's, and a lesson
        found = replace(found, raised=Failure.of(error))
    return found, model


def _into_fresh(settings: Settings, state: dict[str, Any]) -> dict[str, Any]:
    """Return what a fresh optimizer of the page makes of `state`, as facts of `Continued`.

    Raises RefusedError, or what torch raises.
    """
    (_, fresh), (_, taker) = writing.build(settings), writing.build(settings)
    taker.load_state_dict(state)
    theirs, ours = taker.param_groups[0], fresh.param_groups[0]
    states.check_settings(theirs, ours)
    groups = state["param_groups"]
    foreign = states.foreign(state["state"], _kept(settings, groups))
    return {"differ": states.differ(groups[0], theirs, ours), "foreign": foreign}


def _kept(settings: Settings, groups: list[dict[str, Any]]) -> set[str] | None:
    """Return what the page's optimizer keeps of each weight with the settings in `groups`.

    It is stepped on points of its own, that no weight here fits; None if it cannot step.
    """
    model, optimizer = writing.build(settings)
    optimizer.load_state_dict({"state": {}, "param_groups": groups})
    x = torch.tensor([-1.0, 0.0, 1.0, 2.0])
    try:
        for _ in fit_linear.fit(model, optimizer, x, x**2, epochs=3):
            pass
    except Exception:  # the steps with the state raise it too, and that is told
        return None
    return {name for kept in optimizer.state.values() for name in kept}


def _losses(
    settings: Settings, checkpoint: dict[str, Any], epochs: int, *, with_optimizer: bool
) -> Array:
    """Return the losses of training on from `checkpoint`, shape (epochs,) or until one is inf."""
    build = partial(writing.build, settings)
    model, optimizer = load.resume(build, checkpoint, with_optimizer=with_optimizer)
    losses = []
    for loss, _ in fit_linear.fit(model, optimizer, *writing.points(settings), epochs=epochs):
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            break
    return np.array(losses)


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
