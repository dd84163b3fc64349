"""What a class can predict on the page about accumulation, and what then happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from playground.core import analysis, history
from playground.core.history import History
from playground.core.i18n import N_, Translate
from playground.core.tasks import ADDED, CALLED_AGAIN, OUTCOMES, PREDICTIONS
from playground.features.accumulation import knobs, words
from playground.features.accumulation.knobs import Loop, Retain
from playground.features.accumulation.results import Cleared, Fit, Walk


@dataclass(frozen=True)
class Question:
    """What is asked about a part, and the answers to choose from."""

    text: str
    answers: Mapping[str, str]


QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "loop": Question(N_("Predict first: what will .grad do?"), ADDED),
        "retain": Question(N_("Predict first: what will the second backward() do?"), CALLED_AGAIN),
        "forgotten": Question(
            N_("Predict first: what will the loss do without zero_grad()?"), PREDICTIONS
        ),
    }
)


def happened(part: str, settings: Any, results: list[Any]) -> str | None:
    """Return which answer is right, by what ran."""
    if part == "loop":
        return _of_loop(settings, results)
    if part == "retain":
        return _of_walks(settings, results)
    return _of_fits(results)


def _of_loop(settings: Loop, results: list[Cleared]) -> str | None:
    chosen = next(cleared for cleared in results if cleared.clearing == settings.clearing)
    levels = [abs(grad[0]) for grad in chosen.after_backward]
    if len(levels) < 2:
        return None
    return "grows" if levels[-1] > levels[0] else "stays"


def _of_walks(settings: Retain, results: list[Walk]) -> str | None:
    kinds = {(walk.operation, walk.retain_graph): walk for walk in results}
    walk = kinds[settings.operation, settings.retain_graph]
    if settings.calls < 2:
        return None
    return "raises" if walk.error else "adds"


def _of_fits(results: list[Fit]) -> str | None:
    fit = next(fit for fit in results if fit.update == "forget")
    ended = history.DIVERGED if fit.diverged else history.FINISHED
    run = History(names=tuple("abcd"), loss=fit.loss, ended=ended)
    kind = analysis.verdict(run, knobs.summed_loss().floor).kind
    return OUTCOMES.get(kind)


def why(part: str, settings: Any, results: list[Any], _: Translate) -> str:
    """Return in words why it happened."""
    if part == "loop":
        chosen = next(cleared for cleared in results if cleared.clearing == settings.clearing)
        return words.said_of_loop(chosen, _)
    if part == "retain":
        kinds = {(walk.operation, walk.retain_graph): walk for walk in results}
        return words.said_of_walk(kinds[settings.operation, settings.retain_graph], _)
    return words.said_of_fits(settings, {fit.update: fit for fit in results}, _)[0]
