"""A run on the page -> its two files; and the prepared files that fail to load."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from typing import Any

import torch

from playground.core import data
from playground.core.settings import Settings
from playground.features.regression.saved.results import BROKEN, Files
from playground.lessons.linear_regression import fit_linear, save

Point = tuple[torch.Tensor, torch.Tensor]
Built = tuple[torch.nn.Module, torch.optim.Optimizer]


def files(settings: Settings, updates: int, final: tuple[float, ...]) -> Iterator[Files]:
    """Yield, once, the files of the run with `settings` after `updates` of its steps.

    final: the weights it ended with. On the CPU the run made again ends there by itself; one of
    another device is made again on the CPU, which may round otherwise, and takes these.
    """
    model, optimizer = rebuilt(settings, updates)
    if settings.device != "cpu":
        fill(model, final)
    weights, checkpoint = io.BytesIO(), io.BytesIO()
    save.save_weights(model, weights)
    save.save_checkpoint(model, optimizer, updates, checkpoint)
    yield Files(weights=weights.getvalue(), checkpoint=checkpoint.getvalue())


def broken(slug: str) -> Iterator[bytes]:
    """Yield, once, the bytes of the prepared file `slug`, of `results.BROKEN`."""
    lesson = importlib.import_module(f"playground.lessons.linear_regression.{BROKEN[slug]}")
    file = io.BytesIO()
    getattr(lesson, slug)(file)
    yield file.getvalue()


def rebuilt(settings: Settings, updates: int) -> Built:
    """Return the model and the optimizer of the run with `settings` after `updates` steps."""
    model, optimizer = build(settings)
    for _ in fit_linear.fit(model, optimizer, *points(settings), epochs=updates):
        pass
    return model, optimizer


def build(settings: Settings) -> Built:
    """Return the lesson's model and optimizer as a run with `settings` begins."""
    built: Built = fit_linear.build(
        data.start(settings),
        learning_rate=settings.learning_rate,
        optimizer=settings.optimizer,
        **settings.torch_options,
    )
    return built


def points(settings: Settings) -> Point:
    """Return x and y as the lesson's loop takes them, shape (points,) each, on the CPU."""
    x, y = (torch.tensor(v, dtype=torch.float32) for v in data.sample_for(settings))
    return (x - x.mean() if settings.centre else x), y


def fill(model: Any, weights: tuple[float, ...]) -> None:
    """Give `model` the weight and the bias in `weights`."""
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), weights, strict=True):
            parameter.fill_(value)
