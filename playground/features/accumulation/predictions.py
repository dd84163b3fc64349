"""What a class can predict on the page about accumulation, and what then happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from playground.core import data, history
from playground.core.history import History
from playground.core.i18n import N_, Translate
from playground.core.settings import Settings
from playground.core.tasks import ADDED, CALLED_AGAIN, OUTCOMES, PREDICTIONS
from playground.core.verdict import Goal, verdict
from playground.features.accumulation import knobs, words
from playground.features.accumulation.knobs import Forgotten, Loop, Retain
from playground.features.accumulation.results import Cleared, Fit, Walk

S = TypeVar("S")
R = TypeVar("R")


@dataclass(frozen=True)
class Question(Generic[S, R]):
    """What is asked about a part, the answers to choose from, which one is right, and why.

    happened, why: by the part's settings and what ran; None where that is too short to tell.
    """

    text: str
    answers: Mapping[str, str]
    happened: Callable[[S, Sequence[R]], str | None]
    why: Callable[[S, Sequence[R], Translate], str]


def _cleared(settings: Loop, results: Sequence[Cleared]) -> Cleared:
    return next(cleared for cleared in results if cleared.clearing == settings.clearing)


def _grows(settings: Loop, results: Sequence[Cleared]) -> str | None:
    levels = [abs(grad[0]) for grad in _cleared(settings, results).after_backward]
    if len(levels) < 2:
        return None
    return "grows" if levels[-1] > levels[0] else "stays"


LOOP = Question(
    N_("Predict first: what will .grad do?"),
    ADDED,
    _grows,
    lambda settings, results, _: words.said_of_loop(_cleared(settings, results), _),
)


def _walk(settings: Retain, results: Sequence[Walk]) -> Walk:
    walks = {(walk.operation, walk.retain_graph): walk for walk in results}
    return walks[settings.operation, settings.retain_graph]


def _raises(settings: Retain, results: Sequence[Walk]) -> str | None:
    if settings.calls < 2:
        return None
    return "raises" if _walk(settings, results).error else "adds"


RETAIN = Question(
    N_("Predict first: what will the second backward() do?"),
    CALLED_AGAIN,
    _raises,
    lambda settings, results, _: words.said_of_walk(_walk(settings, results), _),
)


def _ends(settings: Forgotten, results: Sequence[Fit]) -> str | None:
    fit = next(fit for fit in results if fit.update == "forget")
    ended = history.DIVERGED if fit.diverged else history.FINISHED
    run = History(names=data.names(Settings.of("autograd")), loss=fit.loss, ended=ended)
    return OUTCOMES.get(verdict(run, Goal.along(knobs.forgetting(settings))).kind)


def _why_it_ends(settings: Forgotten, results: Sequence[Fit], _: Translate) -> str:
    return words.said_of_fits(settings, {fit.update: fit for fit in results}, _)[0]


FORGOTTEN = Question(
    N_("Predict first: what will the loss do without zero_grad()?"),
    PREDICTIONS,
    _ends,
    _why_it_ends,
)
