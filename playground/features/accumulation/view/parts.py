"""The parts of the page: what can be set in each, what runs, what is asked and what is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from playground.core.i18n import N_
from playground.features.accumulation import job, predictions
from playground.features.accumulation.knobs import (
    Checked,
    Forgotten,
    Loop,
    MicroBatches,
    Retain,
)
from playground.features.accumulation.predictions import Question
from playground.features.accumulation.view import outcomes
from playground.jobs.job import Job

S = TypeVar("S", bound=Checked)
R = TypeVar("R")


@dataclass(frozen=True)
class Part(Generic[S, R]):
    """A part of the page.

    slug: its name in the link, and in the names of its lesson and its text. usual: the settings
    it starts from. show: shows what its job yields.
    """

    slug: str
    headline: str
    usual: S
    job: Callable[[S], Job[R]]
    show: Callable[[S, list[R]], None]
    question: Question[S, R] | None = None


# each by itself, so that the checker sees that its settings, job and figures fit together
LOOP = Part(
    "loop",
    N_("**The bucket**  backward() adds to .grad: empty it, or it fills."),
    Loop(),
    job.loop,
    outcomes.loop,
    predictions.LOOP,
)
RETAIN = Part(
    "retain",
    N_("**One graph, several times**  What retain_graph keeps, and when it is needed."),
    Retain(),
    job.retain,
    outcomes.retain,
    predictions.RETAIN,
)
MICRO_BATCHES = Part(
    "micro_batches",
    N_("**Micro-batches**  Many small backward calls, one long batch's gradient."),
    MicroBatches(),
    job.micro_batches,
    outcomes.micro_batches,
)
FORGOTTEN = Part(
    "forgotten",
    N_("**Forgotten**  A fit without zero_grad never comes to rest."),
    Forgotten(),
    job.forgotten,
    outcomes.forgotten,
    predictions.FORGOTTEN,
)
_ALL: tuple[Part[Any, Any], ...] = (LOOP, RETAIN, MICRO_BATCHES, FORGOTTEN)
PARTS: Mapping[str, Part[Any, Any]] = MappingProxyType({part.slug: part for part in _ALL})
