"""Follow a run on a training page: start, progress, stop, result."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.core import analysis, history, job
from playground.core.catalog import Lesson
from playground.core.history import History
from playground.core.job import SHORT_SECONDS
from playground.core.run import Run
from playground.core.settings import Settings
from playground.jobs.failure import FORGOTTEN, STOPPED, Failure, LostError
from playground.jobs.job import QUEUED, News
from playground.ui import workers
from playground.ui.language import _
from playground.ui.session import visit
from playground.ui.workers import PATIENCE_SECONDS

REFRESH_SECONDS = 0.3
QUEUED_SECONDS = 1.5
UNKNOWN = Failure(FORGOTTEN, "the queue has no such run")
PRACTICE = "practice"  # names the part of a page that trains and shows the run

Draw = Callable[[History, Settings, bool], None]


@dataclass(frozen=True)
class Try:
    """What a visitor tried last: the run to show, and why the try ended early, or nothing.

    run: an earlier one if this try gave nothing; None if there is no run at all.
    """

    tried: Settings
    run: Run | None
    failure: Failure | None = None

    @property
    def lesson(self) -> Lesson:
        """The lesson of what is shown."""
        return (self.run.settings if self.run else self.tried).lesson


@dataclass
class Going:
    """A run that goes on, and what it did so far."""

    settings: Settings
    parts: list[History] = field(default_factory=list)


@dataclass
class Following:
    """The run that goes on in a visit, if one does, and the try before it."""

    going: Going | None = None
    last: Try | None = None


def going() -> Going | None:
    """Return the run that goes on in this visit."""
    return visit().part(Following).going


def last() -> Try | None:
    """Return what the visitor tried last."""
    return visit().part(Following).last


def buttons(settings: Settings, waits: bool = False) -> None:
    """Show the button that trains and, where a run takes a while, the one that stops it.

    They stand outside of the fragment that follows the run: only such a button interrupts it.
    waits: whether something else is to be done first.
    """
    st.button(
        _("Train"),
        key="train",
        type="primary",
        shortcut="Mod+Enter",
        on_click=_press,
        args=(settings,),
        disabled=waits,
    )
    if settings.work > PATIENCE_SECONDS:
        st.button(_("Stop"), key="stop", icon=":material/stop_circle:", on_click=_leave)


def _press(settings: Settings) -> None:
    """Train; where nothing else has changed, run no other part of the page.

    Ctrl and Enter in a field change its text too.
    """
    visit().pressed = True
    state = st.session_state
    unchanged = all(state.get(name, value) == value for name, value in vars(settings).items())
    if unchanged and not visit().written and settings.work <= SHORT_SECONDS:
        st.rerun(PRACTICE)


def run(settings: Settings, notes: Any, draw: Draw, *, waits: bool = False) -> Run | None:
    """Train with `settings` when it is time to; draw the run as it goes, and return it.

    A short run starts by itself, a long one when Train is pressed. `draw(history, settings,
    over)` is called for every state to show; what else is to say goes to the container `notes`.
    Returns None if nothing was run at this stage, or the run `waits` for the learner.
    """
    if waits:
        _leave()
        draw(analysis.beginning(settings), settings, False)
        return None
    status, following = notes.empty(), visit().part(Following)
    pressed, visit().pressed = visit().pressed, False
    if pressed or (following.going and following.going.settings != settings):
        _leave()
    if pressed or following.going or _starts_unasked(settings, following):
        following.last = _train(settings, status, draw)
    elif _unasked(settings, following):
        following.last = _kept(settings) or following.last
    with status.container():
        _explain(settings, following.last)
    found = shown(settings.lesson)
    if found:
        draw(found.history, found.settings, True)
    else:
        draw(analysis.beginning(settings), settings, False)
    return found


def _unasked(settings: Settings, following: Following) -> bool:
    """Return whether the visitor wants what changes trained, and this is a change."""
    auto: bool = st.session_state.get("auto", True)
    return auto and (following.last is None or following.last.tried != settings)


def _starts_unasked(settings: Settings, following: Following) -> bool:
    return settings.work <= SHORT_SECONDS and _unasked(settings, following)


def shown(lesson: Lesson) -> Run | None:
    """Return the run that the visitor sees, if it is one of `lesson`."""
    tried = last()
    return tried.run if tried and tried.lesson is lesson else None


def _train(settings: Settings, status: Any, draw: Draw) -> Try:
    """Start the run, or go on following it, until it is over."""
    following, name = visit().part(Following), visit().id
    new = following.going is None
    following.going = run = following.going or Going(settings)
    try:
        if new:
            workers.queue().start(name, job.stream(settings))
        failure = _listen(run, status, draw)
    except LostError:
        failure = workers.GONE
    status.empty()
    workers.call(workers.queue().stop, name)  # what there is has been fetched
    following.going = None
    kept = _kept(settings) if failure == UNKNOWN else None
    return kept or _result(run, failure)


def _listen(run: Going, status: Any, draw: Draw) -> Failure | None:
    """Add to `run` what it yields, show how it goes, and return why it ended early."""
    settings, parts = run.settings, run.parts
    bar, patience = None, PATIENCE_SECONDS
    while True:
        news = workers.queue().news(visit().id, len(parts), patience)
        if news is None:
            return UNKNOWN
        if news.again:  # its worker was lost, and it runs anew
            parts.clear()
        parts += [pickle.loads(part) for part in news.parts]
        if news.over:
            return news.failure
        bar = bar or status.progress(0.0)
        _tell(bar, news, parts, settings)
        if news.parts and parts[-1].seconds > PATIENCE_SECONDS:
            draw(history.join(parts), settings, False)
        patience = QUEUED_SECONDS if news.state == QUEUED else REFRESH_SECONDS


def _kept(settings: Settings) -> Try | None:
    """Return the run with `settings` if somebody has trained it lately."""
    parts = workers.call(workers.queue().peek, job.stream(settings).key)
    return _result(Going(settings, [pickle.loads(part) for part in parts]), None) if parts else None


def _result(run: Going, failure: Failure | None) -> Try:
    """Return what came of a run that goes on no more."""
    if not run.parts:
        before = last()
        return Try(run.settings, before.run if before else None, failure)
    did = history.join(run.parts)
    return Try(run.settings, Run(run.settings, history.stopped(did) if failure else did), failure)


def _leave() -> None:
    """End the run that goes on, if one does, and keep what it did."""
    following = visit().part(Following)
    if following.going:
        workers.call(workers.queue().stop, visit().id)
        following.last = _result(following.going, Failure(STOPPED))
        following.going = None


def _tell(bar: Any, news: News, parts: list[History], settings: Settings) -> None:
    if news.state == QUEUED:
        bar.progress(0.0, workers.waiting(news))
        return
    done = sum(len(part.loss) for part in parts)
    speed = done / parts[-1].seconds if parts else 0.0
    if not speed:
        bar.progress(0.0, _("Starting."))
        return
    left = (settings.epochs - done) / speed
    text = _("{done:,} of {epochs:,} epochs · {speed:,.0f} epochs/s · {left:.1f} s left")
    bar.progress(
        done / settings.epochs,
        text.format(done=done, epochs=settings.epochs, speed=speed, left=left),
    )


def _explain(settings: Settings, tried: Try | None) -> None:
    """Say what is shown, where that is not simply the run with these settings."""
    if tried is None or tried.tried != settings:
        seconds = max(0.1, settings.work)
        st.caption(
            _("Not trained yet with these settings: about {seconds:.1f} s.").format(seconds=seconds)
        )
        return
    if not tried.failure:
        return
    if tried.failure.kind == STOPPED and tried.run and tried.run.settings == settings:
        st.caption(_("Stopped: this is the run so far."))
        return
    st.error(
        workers.reason(tried.failure) + " " + _("Your settings are kept; press Train to run again.")
    )
