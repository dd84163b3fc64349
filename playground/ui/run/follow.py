"""Follow a run on a training page: start, progress, stop, result."""

from __future__ import annotations

import pickle
import uuid
from collections.abc import Callable
from typing import Any

import streamlit as st

from playground.core import analysis, history
from playground.core.catalog import Lesson
from playground.core.history import History
from playground.core.settings import Settings
from playground.jobs.workers import QUEUED, LostError, News
from playground.ui import workers
from playground.ui.language import _
from playground.ui.workers import PATIENCE_SECONDS, SHORT_SECONDS, Outcome

REFRESH_SECONDS = 0.3
QUEUED_SECONDS = 1.5
FORGOTTEN = "Forgotten: the queue has no such run"
PRACTICE = "practice"  # names the part of a page that trains and shows the run

Draw = Callable[[History, Settings, bool], None]


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
    """Train; where nothing else has changed, run no other part of the page."""
    state = st.session_state
    state["_pressed"] = True
    unchanged = all(state.get(name, value) == value for name, value in vars(settings).items())
    if unchanged and settings.work <= SHORT_SECONDS:
        st.rerun(PRACTICE)


def run(settings: Settings, notes: Any, draw: Draw, *, waits: bool = False) -> Outcome | None:
    """Train with `settings` when it is time to; draw the run as it goes, and return the outcome.

    A short run starts by itself, a long one when Train is pressed. `draw(history, settings,
    over)` is called for every state to show; what else is to say goes to the container `notes`.
    Returns None if nothing was run at this stage, or the run `waits` for the learner.
    """
    if waits:
        _leave()
        draw(analysis.beginning(settings), settings, False)
        return None
    status, state = notes.empty(), st.session_state
    pressed = state.pop("_pressed", False)
    if pressed or state.get("_going") != settings:
        _leave()
    last: Outcome | None = state.get("_outcome")
    unasked = state.get("auto", True) and (last is None or last.tried != settings)
    if pressed or state.get("_going") or (unasked and settings.work <= SHORT_SECONDS):
        last = _train(settings, status, draw)
    elif unasked:
        last = _kept(settings) or last
    state["_outcome"] = last
    with status.container():
        _explain(settings, last)
    shown = outcome(settings.lesson)
    if shown and shown.history:
        draw(shown.history, shown.of, True)
    else:
        draw(analysis.beginning(settings), settings, False)
    return shown


def outcome(lesson: Lesson) -> Outcome | None:
    """Return what the visitor tried last, if it was at `lesson`."""
    last: Outcome | None = st.session_state.get("_outcome")
    return last if last and last.of.lesson is lesson else None


def _visitor() -> str:
    name: str = st.session_state.setdefault("_visitor", uuid.uuid4().hex)
    return name


def _train(settings: Settings, status: Any, draw: Draw) -> Outcome:
    """Start the run, or go on following it, until it is over."""
    state = st.session_state
    goes_on = state.get("_going") == settings
    if not goes_on:
        state["_going"], state["_parts"] = settings, []
    parts: list[History] = state["_parts"]
    try:
        if not goes_on:
            workers.queue().start(_visitor(), workers.job(settings))
        failure = _listen(settings, parts, status, draw)
    except LostError:
        failure = workers.LOST
    status.empty()
    workers.call("stop", _visitor())  # what there is has been fetched
    state["_going"], state["_parts"] = None, []
    kept = _kept(settings) if failure == FORGOTTEN else None
    return kept or _result(settings, parts, failure)


def _listen(settings: Settings, parts: list[History], status: Any, draw: Draw) -> str:
    """Add to `parts` what the run yields, show how it goes, and return why it ended early."""
    bar, patience = None, PATIENCE_SECONDS
    while True:
        news: News | None = workers.queue().news(_visitor(), len(parts), patience)
        if news is None:
            return FORGOTTEN
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


def _kept(settings: Settings) -> Outcome | None:
    """Return the run with `settings` if somebody has trained it lately."""
    parts = workers.call("peek", settings)
    return _result(settings, [pickle.loads(part) for part in parts], "") if parts else None


def _result(settings: Settings, parts: list[History], failure: str) -> Outcome:
    if not parts:
        before: Outcome | None = st.session_state.get("_outcome")
        if before is None:
            return Outcome(settings, None, settings, failure)
        return Outcome(settings, before.history, before.of, failure)
    run = history.join(parts)
    return Outcome(settings, history.stopped(run) if failure else run, settings, failure)


def _leave() -> None:
    """End the run that goes on, if one does, and keep what it did."""
    state = st.session_state
    going: Settings | None = state.get("_going")
    if going is not None:
        workers.call("stop", _visitor())
        state["_outcome"] = _result(going, state["_parts"], "Stopped")
        state["_going"], state["_parts"] = None, []


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


def _explain(settings: Settings, last: Outcome | None) -> None:
    """Say what is shown, where that is not simply the run with these settings."""
    if last is None or last.tried != settings:
        seconds = max(0.1, settings.work)
        st.caption(
            _("Not trained yet with these settings: about {seconds:.1f} s.").format(seconds=seconds)
        )
        return
    if not last.failure:
        return
    kind = last.failure.partition(":")[0]
    if kind == "Stopped" and last.of == settings and last.history:
        st.caption(_("Stopped: this is the run so far."))
        return
    st.error(
        workers.reason(last.failure) + " " + _("Your settings are kept; press Train to run again.")
    )
