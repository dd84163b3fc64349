"""A lesson and its settings -> a stream of History, in this process."""

from __future__ import annotations

import importlib
import itertools
import math
import platform
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from playground.core import data, history
from playground.core.history import History
from playground.core.settings import Settings
from playground.core.weights import shapes

CHUNK_SECONDS = 0.1
Run = Generator[tuple[Any, tuple[Any, ...]], None, tuple[Any, ...]]


def run(settings: Settings) -> History:
    """Train with `settings` in this process and return the whole history.

    Raises torch's own error if the device is not on this machine.
    """
    return history.join(list(stream(settings)))


def stream(settings: Settings) -> Iterator[History]:
    """Train with `settings`; yield what happened about every 0.1 s, and the end of it.

    The parts make one history with `history.join`. Training ends early at the first loss that is
    not finite. Raises torch's own error if the device is not on this machine.
    """
    kept = iter([*history.snapshots(settings.epochs), -1])
    next_kept = next(kept)
    steps = start(settings)
    began = time.perf_counter()
    part, due = _Part(settings, began), began + CHUNK_SECONDS
    for epoch in itertools.count():
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # divergence is a result
                loss, current = next(steps)
        except StopIteration as stop:
            yield part.history(history.FINISHED, stop.value)
            return
        value = loss.item()
        part.losses.append(value)
        if epoch == next_kept:
            part.epochs.append(epoch)
            part.weights.append(flat(current))
            next_kept = next(kept)
        if not math.isfinite(value):
            yield part.history(history.DIVERGED, current)
            return
        if time.perf_counter() > due:
            yield part.history()
            part, due = _Part(settings, began), time.perf_counter() + CHUNK_SECONDS


@dataclass
class _Part:
    """What has happened since the part before; began: when the first epoch did, in seconds."""

    settings: Settings
    began: float
    losses: list[float] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    weights: list[list[float]] = field(default_factory=list)

    def history(self, ended: str | None = None, final: tuple[Any, ...] = ()) -> History:
        names = data.names(self.settings)
        return History(
            names=names,
            shapes=shapes(self.settings.weights),
            loss=np.array(self.losses, dtype=np.float64),
            epochs=np.array(self.epochs, dtype=np.int64),
            weights=np.array(self.weights, dtype=np.float64).reshape(-1, len(names)),
            final=dict(zip(names, flat(final), strict=True)) if ended else {},
            ended=ended,
            seconds=time.perf_counter() - self.began,
        )


def start(settings: Settings, sample: tuple[Any, Any] | None = None) -> Run:
    """Return the lesson's own generator, ready for its first epoch.

    sample: x and y, shape (points,) each, in place of those that `settings` ask for.
    """
    lesson = settings.lesson
    points: tuple[Any, ...] = sample or data.sample_for(settings)
    if lesson.on_tensors:
        points = tuple(
            torch.tensor(values, dtype=torch.float32, device=settings.device) for values in points
        )
    train: Callable[..., Run] = importlib.import_module(lesson.module).train
    return train(*points, data.start(settings), **settings.keywords)


def flat(weights: tuple[Any, ...]) -> list[float]:
    """Return the numbers in `weights`, scalars or tensors, in order."""
    return [number for w in weights for number in np.ravel(_detached(w)).tolist()]


def _detached(w: Any) -> Any:
    return w.detach().cpu().numpy() if isinstance(w, torch.Tensor) else w


def machine() -> Iterator[dict[str, Any]]:
    """Yield, once, the versions at work here and the devices that torch finds."""
    devices = ["cpu"]
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    yield {
        "python": platform.python_version(),
        "torch": str(torch.__version__),  # its own type would bring torch to whoever unpickles it
        "numpy": np.__version__,
        "devices": devices,
        "gpu": torch.cuda.get_device_name() if "cuda" in devices else None,
    }
