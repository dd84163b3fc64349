"""Ask the workers for what needs torch, and say why where they give nothing."""

from __future__ import annotations

import os
import pickle
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from playground.core import history, job
from playground.core.history import History
from playground.core.i18n import N_, ToldError
from playground.core.settings import Settings
from playground.jobs.client import Here, Queue
from playground.jobs.failure import (
    BUSY,
    FORGOTTEN,
    KILLED,
    LOST,
    MEMORY,
    STOPPED,
    TIMEOUT,
    UNREACHABLE,
    Failure,
    LostError,
)
from playground.jobs.job import QUEUED, Job, News
from playground.jobs.tally import Counts
from playground.ui.language import _

PATIENCE_SECONDS = 0.5  # a job that takes longer says so
PRELOAD = ("playground.preload",)

FAILURES = {
    KILLED: N_("The run's process was ended from outside."),
    TIMEOUT: N_("The run reached this server's time limit: fewer epochs or points fit in it."),
    MEMORY: N_("The run needed more memory than this server gives to one."),
    BUSY: N_("Too many runs are waiting on this server already: try again in a moment."),
    LOST: N_("The server's workers were started again while the run went on."),
    FORGOTTEN: N_("The run was given up: nobody had asked for it for a while."),
    UNREACHABLE: N_("This server cannot reach its workers: try again in a moment."),
    STOPPED: N_("The run was stopped before its first epochs arrived."),
}

GONE = Failure(LOST, "the queue process went away")

P = ParamSpec("P")
T = TypeVar("T")

_queue: Queue | Here = Here()
_machine: dict[str, Any] = {}


class Failed(Exception):  # noqa: N818 - it is shown to the visitor, by `told`
    """Why a job gave nothing, in a sentence; it ends the part of the page that needs it."""


@contextmanager
def told() -> Iterator[None]:
    """Show why a job inside failed; what comes after goes on. It decorates, too.

    The router puts it around a page and `boxes.on_demand` around a box; a fragment that is not in
    a box of its own needs it as well, as it may run alone.
    """
    try:
        yield
    except Failed as failed:
        st.error(str(failed))


def open_queue() -> None:
    """Start the workers. The server calls it once, before any page has run."""
    use(Queue(PRELOAD, scheduler=os.environ.get("PLAYGROUND_SCHEDULER", "")))


def use(queue: Queue | Here) -> None:
    """Ask `queue` from now on."""
    global _queue
    _queue = queue


def close_queue() -> None:
    """End the workers."""
    if isinstance(_queue, Queue):
        _queue.close()


def state() -> tuple[Counts, int] | None:
    """Return what the workers have done, and their queue process; None if it does not answer."""
    if not isinstance(_queue, Queue):
        return None
    counts = call(_queue.counts)
    return None if counts is None else (counts, _queue.pid)


def queue() -> Queue | Here:
    """Return the queue of the workers; each call of it may raise LostError."""
    return _queue


def call(method: Callable[P, T], *args: P.args, **named: P.kwargs) -> T | None:
    """Call a method of the queue; None if its process went away (it is started again)."""
    try:
        return method(*args, **named)
    except LostError:
        return None


def machine() -> dict[str, Any]:
    """Return versions and devices as a worker finds them; the web process has no torch."""
    global _machine
    if not _machine:
        parts, _failure = attempted(job.machine())
        if not parts:
            return {"devices": ["cpu"]}
        _machine = parts[0]
    return _machine


def trained(settings: Settings) -> History:
    """Return the run with `settings`, trained now unless it is kept. Raises Failed."""
    return history.join(computed(job.stream(settings)))


def one(asked: Job[T]) -> T:
    """Return the one value that a job yields; else as `computed`."""
    (found,) = computed(asked)
    return found


def computed(asked: Job[T]) -> list[T]:
    """Return what a job yields. It runs in a process of its own, once for all who ask the same.

    Raises Failed, which `told` shows.
    """
    parts, failure = attempted(asked)
    if failure:
        raise Failed(reason(failure))
    return parts


def attempted(asked: Job[T]) -> tuple[list[T], Failure | None]:
    """Return what a job yields, and why it ended early, if it did."""
    news = _run_once(asked)
    if news is None:
        return [], GONE
    return [pickle.loads(part) for part in news.parts], news.failure


def reason(failure: Failure) -> str:
    """Return why a job ended early, in a sentence."""
    if failure.kind in FAILURES:
        return _(FAILURES[failure.kind])
    return _("PyTorch raised an error:") + " " + plain(failure)


def _run_once(asked: Job[Any]) -> News | None:
    """Run a job to its end, apart from the visitor's own run; None if the workers went away.

    A visitor who turns away meanwhile ends it.
    """
    name, slot = uuid.uuid4().hex, None
    try:
        _queue.start(name, asked)
        while True:
            news = _queue.news(name, 0, PATIENCE_SECONDS)
            if news is None or news.over:
                return news
            slot = slot or st.empty()
            slot.caption(waiting(news))  # where Streamlit may interrupt this page
    except LostError:
        return None
    finally:
        call(_queue.stop, name)
        if slot:
            slot.empty()


def waiting(news: News) -> str:
    """Return how far a job is that is not over."""
    if news.state == QUEUED:
        return _("Waiting for its turn: place {place}.").format(place=news.place)
    return _("Running.")


def plain(error: object) -> str:
    """Return an error's text as Markdown that shows every character of it and does nothing else.

    One of our own is in the visitor's language.
    """
    text = error.said(_) if isinstance(error, ToldError) else str(error)
    text = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`*", text))))
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def mistake(error: ToldError) -> str:
    """Return what is wrong with a typed text as Markdown: the sentence, and the place under it."""
    said = plain(error)
    if not error.where:
        return said
    fence = "`" * (3 + max(map(len, re.findall("`*", error.where))))
    return f"{said}\n\n{fence}text\n{error.where}\n{fence}"
