"""The jobs of the race: run it, and take one step of it apart."""

from __future__ import annotations

import contextlib
import importlib
import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.core.settings import OPTIMIZERS
from playground.features.optimizers import arena
from playground.features.optimizers.knobs import Race, Racer
from playground.features.optimizers.results import Apart, Landscape, Quantity, Run
from playground.features.optimizers.work import landscapes
from playground.jobs.failure import Failure
from playground.lessons.optimizers import race as lesson

Array = NDArray[np.float64]

STEP_ERRORS = (RuntimeError, IndexError)  # torch's line search raises them where f has no value
SIDE, NEAR_SIDE = 49, 33  # grid points on each side: of the race, and around one step


def run(race: Race) -> Iterator[Landscape | Run]:
    """Yield the function on a grid, then what each racer did."""
    low, high = arena.arena(race.problem).window(race.start)
    yield landscapes.grid(race.problem, low, high, SIDE)
    for racer in race.racers:
        yield _run(race, racer)


def _run(race: Race, racer: Racer) -> Run:
    f, calls = _counted(landscapes.function(race.problem))
    losses: list[float] = []
    weights: list[list[float]] = []
    asked: list[int] = []
    error = None
    try:
        for loss, current, _ in _moments(race, racer, f):
            losses.append(loss.item())
            weights.append(current.tolist())
            asked.append(calls[0])
            if not math.isfinite(losses[-1]):
                break
    except STEP_ERRORS as raised:
        error = Failure.of(raised)
    if not losses:  # the function has no gradient at all: it is seen where it starts
        start = torch.tensor(landscapes.start(race.problem, race.start), dtype=torch.float64)
        losses, weights, asked = [f(*start).item()], [start.tolist()], [1]
    places = np.array(weights)[:, race.problem.seen]
    diverged = not math.isfinite(losses[-1])
    return Run(racer.slug, np.array(losses), places, _charged(asked, racer), diverged, error)


def _charged(asked: list[int], racer: Racer) -> NDArray[np.int64]:
    """Return how many gradients the steps had computed.

    A closure begins with the gradient that the loop has just computed: it is counted once.
    """
    again = OPTIMIZERS[racer.settings.optimizer].closure
    return np.array(asked, dtype=np.int64) - np.arange(len(asked)) * again


def _counted(f: landscapes.Function) -> tuple[landscapes.Function, list[int]]:
    """Return `f`, and a list whose one number says how often it was called."""
    calls = [0]

    def counted(*weights: Any) -> Any:
        calls[0] += 1
        return f(*weights)

    return counted, calls


def _moments(race: Race, racer: Racer, f: landscapes.Function) -> Iterator[tuple[Any, Any, Any]]:
    """Return the lesson's run of one racer: loss, weights and optimizer before each step."""
    moments: Iterator[tuple[Any, Any, Any]] = lesson.run(
        f,
        landscapes.start(race.problem, race.start),
        steps=race.steps,
        learning_rate=racer.settings.learning_rate,
        optimizer=racer.settings.optimizer,
        **racer.settings.torch_options,
    )
    return moments


def by_hand(race: Race, racer: Racer) -> Iterator[dict[str, Any]]:
    """Return the run of the lesson that writes this racer's step out: its parts at each step."""
    module = importlib.import_module(f"playground.lessons.optimizers.{racer.by_hand}")
    moments: Iterator[dict[str, Any]] = module.run(
        landscapes.function(race.problem),
        landscapes.start(race.problem, race.start),
        steps=race.steps,
        lr=racer.settings.learning_rate,
        **racer.settings.torch_options,
    )
    return moments


def apart(race: Race, slug: str, epoch: int) -> Iterator[Apart]:
    """Yield the step that the racer `slug` makes at `epoch`, taken apart; nothing if it made none.

    If it made fewer steps, it is its last one.
    """
    racer = next(racer for racer in race.racers if racer.slug == slug)
    states = list(_states(race, racer))
    if len(states) < 2:
        return
    epoch = min(epoch, len(states) - 2)
    hand = list(islice(by_hand(race, racer), len(states) - 1)) if racer.by_hand else []
    before, after = states[epoch], states[epoch + 1]
    change = np.subtract(after["weights"], before["weights"])
    yield Apart(
        slug=slug,
        epoch=epoch,
        loss=before["loss"],
        before=tuple(before["weights"]),
        change=tuple(change.tolist()),
        quantities=tuple(_quantities(before, after, change, hand[epoch] if hand else {})),
        state=tuple((name, _said(value)) for name, value in after["state"].items()),
        off=_off(states, hand),
        near=_near(race, np.array(before["weights"])[race.problem.seen], change[race.problem.seen]),
    )


def _states(race: Race, racer: Racer) -> Iterator[dict[str, Any]]:
    """Yield what torch has before each step and after the last, as far as it is finite."""
    with contextlib.suppress(*STEP_ERRORS):  # the run shows it
        for loss, weights, optimizer in _moments(race, racer, landscapes.function(race.problem)):
            if not math.isfinite(loss.item()) or not weights.isfinite().all():
                return
            state = optimizer.state_dict()["state"].get(0, {})
            yield {
                "loss": loss.item(),
                "weights": weights.tolist(),
                "grad": weights.grad.tolist(),
                "state": {name: _copied(value) for name, value in state.items()},
            }


def _copied(value: Any) -> Any:
    """Return `value` as it is now: optimizers write into the tensors and lists that they keep."""
    if torch.is_tensor(value):
        return value.clone()
    return list(value) if isinstance(value, list) else value


def _quantities(
    before: dict[str, Any], after: dict[str, Any], change: Array, hand: dict[str, Any]
) -> Iterator[Quantity]:
    """Yield the quantities of a step, those by hand in their order, then what torch has besides."""
    kept = {"w": before["weights"], "grad": before["grad"], **after["state"], "change": change}
    names = dict.fromkeys(["w", "grad", *hand, *kept])
    for name in sorted(names, key="change".__eq__):  # it comes last
        theirs, ours = _numbers(kept.get(name)), _numbers(hand.get(name))
        if theirs or ours:
            yield Quantity(name, theirs, ours)


def _numbers(value: Any) -> tuple[float, ...]:
    """Return the numbers of a vector or a scalar; none of a list of tensors, or of None."""
    if value is None or (isinstance(value, list) and not all(isinstance(v, float) for v in value)):
        return ()
    return tuple(np.ravel(np.asarray(value, dtype=float)).tolist())


def _said(value: Any) -> str:
    """Return a value of an optimizer's state as text."""
    if isinstance(value, list):
        return f"list of {len(value)}" + (f", the last {_said(value[-1])}" if value else "")
    if torch.is_tensor(value):
        numbers = ", ".join(f"{number:.6g}" for number in value.reshape(-1).tolist())
        return f"tensor([{numbers}])" if value.dim() else f"tensor({numbers})"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _off(states: list[dict[str, Any]], hand: list[dict[str, Any]]) -> float:
    """Return the largest difference of the weights, relative to the largest weight."""
    if not hand:
        return math.nan
    theirs = np.array([state["weights"] for state in states[:-1]])
    ours = np.array([parts["w"].tolist() for parts in hand])
    return float(np.abs(theirs - ours).max() / max(np.abs(theirs).max(), np.finfo(float).tiny))


def _near(race: Race, at: Array, change: Array) -> Landscape:
    """Return the function around a step, so near that the step can be seen."""
    low, high = arena.arena(race.problem).window(race.start)
    share = float(np.clip(1.8 * np.abs(change / (high - low)).max(), 0.03, 1.0))
    reach = np.maximum(share * (high - low), NEAR_SIDE * np.spacing(np.abs(at)))
    return landscapes.grid(race.problem, at - reach, at + reach, NEAR_SIDE)
