"""Train at many rates at once; yield what came of each, as plain numbers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.core import analysis, history
from playground.core.history import History
from playground.core.motion import Motion, Steps
from playground.core.rounding import spread
from playground.core.settings import Settings
from playground.core.verdict import Goal, verdict
from playground.features.learning_rates import bases as bases_of
from playground.features.learning_rates import knobs
from playground.features.learning_rates.bases import BASES
from playground.features.learning_rates.knobs import COUNT, LIMIT, Lab
from playground.features.learning_rates.results import Attempt, Basis, Fewest, Swept, kind
from playground.lessons.learning_rates import sweep as lesson

Array = NDArray[np.float64]

SHOWN = 200  # losses of an attempt to draw
WIDE = 5000  # rates of the wide search
REFINED = 3  # searches, each between the two rates next to the best of the search before


def swept(lab: Lab) -> Iterator[Swept]:
    """Yield, once, what training the fit of `lab` at each of its rates led to."""
    yield run(lab.fit, lab.rates)


def steps(fit: Settings, rates: Array, epochs: int, basis: str = "raw") -> Iterator[Any]:
    """Return the lesson's own generator: the loss and the weights of every rate, at each epoch."""
    double = partial(torch.tensor, dtype=torch.float64)
    columns, y, start = map(double, bases_of.problem(fit, basis))
    found: Iterator[Any] = lesson.train(
        columns, y, start, double(rates), epochs=epochs, mean=fit.mean, momentum=fit.momentum
    )
    return found


def record(fit: Settings, rates: Array, basis: str = "raw") -> tuple[Array, Array]:
    """Return the losses, shape (epochs, rates), and the last weights, (some, rates, n)."""
    losses = np.empty((fit.epochs, len(rates)))
    recent: deque[Array] = deque(maxlen=max(3, min(200, fit.epochs // 5)))
    late = fit.epochs - (recent.maxlen or 0)
    for epoch, (loss, weights) in enumerate(steps(fit, rates, fit.epochs, basis)):
        losses[epoch] = loss.detach().numpy()
        if epoch >= late:  # the next step writes into these
            recent.append(weights.detach().numpy().copy())
    return losses, np.array(recent)


def run(fit: Settings, rates: Array, basis: str = "raw") -> Swept:
    """Train `fit` at all of `rates`, its weights written in one of `BASES`."""
    losses, recent = record(fit, rates, basis)
    best = bases_of.quadratic(fit, basis)
    floor, first = best.floor, float(losses[0, 0])
    start = np.asarray(bases_of.problem(fit, basis)[2], dtype=float)
    steps = [Steps(rate=rate, momentum=fit.momentum) for rate in rates.tolist()]
    runs = [_history(column) for column in losses.T]
    kinds = [
        kind(verdict(one, Goal.along(Motion(best, by, start))), share)
        for one, by, share in zip(runs, steps, _turned(recent), strict=True)
    ]
    with np.errstate(invalid="ignore"):
        arrived = losses <= analysis.near(floor, first)
    return Swept(
        epochs=fit.epochs,
        rates=rates,
        first=first,
        final=losses[-1],
        diverged=np.array([len(r.loss) - 1 if r.ended == history.DIVERGED else -1 for r in runs]),
        reached=np.where(arrived.any(axis=0), arrived.argmax(axis=0), -1),
        kinds=tuple(kinds),
    )


def _history(loss: Array) -> History:
    """Return the losses of one rate as a run of its own, which ends where they are not finite."""
    if np.isfinite(loss).all():
        return History(names=(), loss=loss, ended=history.FINISHED)
    return History(names=(), loss=loss[: np.isfinite(loss).argmin() + 1], ended=history.DIVERGED)


def _turned(recent: Array) -> Array:
    """Return the share of each rate's last steps that point against the step before."""
    if len(recent) < 3:
        return np.zeros(recent.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        moved = np.diff(recent, axis=0)
        back = (moved[1:] * moved[:-1]).sum(axis=-1) < 0
    share: Array = back.mean(axis=0)
    return share


def attempt(fit: Settings, rate: float) -> Iterator[Attempt]:
    """Yield, once, how long `rate` takes to arrive, within `LIMIT` epochs."""
    floor = analysis.quadratic_for(fit).floor
    losses: list[float] = []
    reached = None
    for epoch, (loss, _weights) in enumerate(steps(fit, np.array([rate]), LIMIT + 1)):
        losses.append(loss.item())
        if losses[-1] <= analysis.near(floor, losses[0]):
            reached = epoch
            break
        if not np.isfinite(losses[-1]):
            break
    some = spread(len(losses), SHOWN)
    yield Attempt(
        rate=rate,
        reached=reached,
        ended=len(losses) - 1,
        finite=bool(np.isfinite(losses[-1])),
        epochs=some,
        loss=np.array(losses)[some],
    )


def fewest(fit: Settings) -> Iterator[Fewest]:
    """Yield, once, the rate that `search` finds, and after how many epochs it arrives."""
    yield search(fit)


def search(fit: Settings, basis: str = "raw") -> Fewest:
    """Return the rate that arrives first of many, its weights written in one of `BASES`.

    All train at once, so the first to arrive ends a search; the next is between the neighbours of
    the one that was lowest then. The loss after an epoch is a convex function of the rate, so this
    leads to the best. With momentum it is not: several rates far apart arrive early, so the first
    search is a wide one. Each 1 / lambda is tried too: it arrives along its direction in one step.
    """
    best = bases_of.quadratic(fit, basis)
    border = float(knobs.borders(best, fit.momentum)[-1])
    single = 1 / best.eigenvalues[best.eigenvalues > 1 / border]
    for count in (COUNT, WIDE) if fit.momentum else (COUNT,):
        rates = np.union1d(np.linspace(0, border, count + 1)[1:], single)
        found = _first(fit, rates, best.floor, basis)
        if found.epochs is None:
            return found
    for _ in range(REFINED):
        place = int(np.searchsorted(rates, found.rate))
        low, high = rates[max(0, place - 1)], rates[min(len(rates) - 1, place + 1)]
        rates = np.union1d(np.linspace(low, high, COUNT), found.rate)
        found = _first(fit, rates, best.floor, basis)
    return found


def _first(fit: Settings, rates: Array, floor: float, basis: str) -> Fewest:
    """Return the first of `rates` to arrive; of equal ones the one with the lowest loss."""
    near = None
    for epoch, (loss, _weights) in enumerate(steps(fit, rates, LIMIT + 1, basis)):
        if near is None:
            near = analysis.near(floor, loss[0].item())
        lowest = loss.nan_to_num(nan=float("inf")).min(dim=0)
        if lowest.values.item() <= near:
            return Fewest(float(rates[int(lowest.indices)]), epoch)
    return Fewest(float("nan"), None)


def bases(lab: Lab) -> Iterator[Basis]:
    """Yield the sweep of `lab` in each of `BASES`, around its own border."""
    for name in BASES:
        best = bases_of.quadratic(lab.fit, name)
        border = float(knobs.borders(best, lab.fit.momentum)[-1])
        rates = knobs.grid(border, lab.below, lab.above or 0.5)
        found = search(lab.fit, name)
        yield Basis(name, border, knobs.condition(best), run(lab.fit, rates, name), found)
