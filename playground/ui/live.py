"""Follow a job: progress, stop, result."""

from __future__ import annotations

import os
import pickle
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import streamlit as st

from playground import analysis, history
from playground.catalog import Lesson
from playground.history import History
from playground.i18n import N_
from playground.jobs.counting import Counts
from playground.jobs.workers import FAILED, QUEUED, Here, Job, LostError, News, Queue
from playground.settings import Settings
from playground.ui.language import _

SHORT_SECONDS = 1.2  # what may start unasked
PATIENCE_SECONDS = 0.5  # a run that takes longer shows its progress
REFRESH_SECONDS = 0.3
QUEUED_SECONDS = 1.5
PRELOAD = ("playground.warm",)
PRACTICE = "practice"  # names the part of a page that trains and shows the run

FAILURES = {
    "Killed": N_("The run's process was ended from outside."),
    "Timeout": N_("The run reached this server's time limit: fewer epochs or points fit in it."),
    "MemoryError": N_("The run needed more memory than this server gives to one."),
    "Busy": N_("Too many runs are waiting on this server already: try again in a moment."),
    "Lost": N_("The server's workers were started again while the run went on."),
    "Unreachable": N_("This server cannot reach its workers: try again in a moment."),
    "Stopped": N_("The run was stopped before its first epochs arrived."),
}

_queue: Queue | Here = Here()
_machine: dict[str, Any] = {}

Draw = Callable[[History, Settings, bool], None]


def open_queue() -> None:
    """Start the workers. The server calls it once, before any page has run."""
    global _queue
    _queue = Queue(PRELOAD, scheduler=os.environ.get("PLAYGROUND_SCHEDULER", ""))


def close_queue() -> None:
    """End the workers."""
    if isinstance(_queue, Queue):
        _queue.close()


def state() -> tuple[Counts, int] | None:
    """Return what the workers have done, and their queue process; None if it does not answer."""
    if not isinstance(_queue, Queue):
        return None
    counts: Counts | None = _queue_call("counts")
    return None if counts is None else (counts, _queue.pid)


@dataclass(frozen=True)
class Outcome:
    """What a visitor tried last, and what there is to show for it.

    tried: the settings of the try.
    history, of: the run to show and its settings; an earlier one if the try gave nothing.
    failure: why the try ended early, or nothing.
    """

    tried: Settings
    history: History | None
    of: Settings
    failure: str = ""


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


def follow(settings: Settings, notes: Any, draw: Draw, *, waits: bool = False) -> Outcome | None:
    """Train with `settings` when it is time to; draw the run as it goes, and return the outcome.

    A short run starts by itself, a long one when Train is pressed. `draw(history, settings,
    over)` is called for every state to show; what else is to say goes to the container `notes`.
    Returns None if nothing was run at this stage, or the run `waits` for the learner.
    """
    state = st.session_state
    if waits:
        _leave()
        draw(analysis.beginning(settings), settings, False)
        return None
    status = notes.empty()
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

    shown = outcome(settings.lesson)
    if shown and shown.history:
        draw(shown.history, shown.of, True)
    else:
        draw(analysis.beginning(settings), settings, False)
    with status.container():
        _explain(settings, last)
    return shown


def outcome(lesson: Lesson) -> Outcome | None:
    """Return what the visitor tried last, if it was at `lesson`."""
    last: Outcome | None = st.session_state.get("_outcome")
    return last if last and last.of.lesson is lesson else None


def machine() -> dict[str, Any]:
    """Return versions and devices as a worker finds them; the web process has no torch."""
    global _machine
    if not _machine:
        news = _run_once(Job(target="playground.training:machine", key="machine"))
        if news is None or not news.parts:
            return {"devices": ["cpu"]}
        _machine = pickle.loads(news.parts[0])
    return _machine


def trained(settings: Settings) -> History | None:
    """Return the run with `settings`, trained now unless it is kept; None if it fails."""
    news = _run_once(Job(target="playground.training:stream", args=(settings,), key=settings))
    if news is None or news.failure or not news.parts:
        return None
    return history.join([pickle.loads(part) for part in news.parts])


def computed(target: str, *args: Any, long: bool = False) -> list[Any]:
    """Return what the generator `target`, a `module:function`, yields for `args`.

    It runs in a process of its own, once for all who ask the same. Where it fails, the page says
    why and goes no further. `long`: whether it may take more than a second or two.
    """
    parts, failure = attempted(target, *args, long=long)
    if failure:
        st.error(reason(failure))
        st.stop()
    return parts


def attempted(target: str, *args: Any, long: bool = False) -> tuple[list[Any], str]:
    """Return what `computed` does and, as `News.failure` has it, why it ended early, or nothing."""
    known = tuple(sha256(a).digest() if isinstance(a, bytes) else a for a in args)
    news = _run_once(Job(target=target, args=args, key=(target, known), long=long))
    if news is None:
        return [], "Lost: the queue process went away"
    return [pickle.loads(part) for part in news.parts], news.failure


def reason(failure: str) -> str:
    """Return why a job ended early, in a sentence."""
    kind = failure.partition(":")[0]
    if kind in FAILURES:
        return _(FAILURES[kind])
    return _("PyTorch raised an error:") + " " + plain(failure)


def _run_once(job: Job) -> News | None:
    """Run a job to its end, apart from the visitor's own run; None if the workers went away.

    A visitor who turns away meanwhile ends it.
    """
    name, slot = uuid.uuid4().hex, None
    try:
        _queue.start(name, job)
        while True:
            news: News | None = _queue.news(name, 0, PATIENCE_SECONDS)
            if news is None or news.over:
                return news
            slot = slot or st.empty()
            slot.caption(_waiting(news))  # where Streamlit may interrupt this page
    except LostError:
        return None
    finally:
        _queue_call("stop", name)
        if slot:
            slot.empty()


def _waiting(news: News) -> str:
    if news.state == QUEUED:
        return _("Waiting for its turn: place {place}.").format(place=news.place)
    return _("Running.")


def plain(error: object) -> str:
    """Return an error's text as Markdown that shows every character of it and does nothing else."""
    text = " ".join(str(error).split())
    fence = "`" * (1 + max(map(len, re.findall("`*", text))))
    return f"{fence} {text} {fence}" if "`" in text else f"`{text}`"


def _visitor() -> str:
    name: str = st.session_state.setdefault("_visitor", uuid.uuid4().hex)
    return name


def _queue_call(method: str, *args: Any) -> Any:
    """Call the queue; None if its process went away (it is started again)."""
    try:
        return getattr(_queue, method)(*args)
    except LostError:
        return None


def _train(settings: Settings, status: Any, draw: Draw) -> Outcome:
    """Start the run, or go on following it, until it is over."""
    state = st.session_state
    if state.get("_going") != settings:
        state["_going"], state["_parts"] = settings, []
        job = Job(
            target="playground.training:stream",
            args=(settings,),
            key=settings,
            long=settings.work > SHORT_SECONDS,
            keep_process=settings.device != "cpu",
        )
        _queue_call("start", _visitor(), job)
    parts: list[History] = state["_parts"]
    bar, patience = None, PATIENCE_SECONDS
    while True:
        news = _queue_call("news", _visitor(), len(parts), patience)
        if news is None:
            news = News(state=FAILED, failure="Lost: the queue process went away")
        if news.again:  # its worker was lost, and it runs anew
            parts.clear()
        parts += [pickle.loads(part) for part in news.parts]
        if news.over:
            break
        bar = bar or status.progress(0.0)
        _tell(bar, news, parts, settings)
        if news.parts and parts[-1].seconds > PATIENCE_SECONDS:
            draw(history.join(parts), settings, False)
        patience = QUEUED_SECONDS if news.state == QUEUED else REFRESH_SECONDS
    status.empty()
    _queue_call("stop", _visitor())  # what there is has been fetched
    state["_going"] = None
    return _result(settings, parts, news.failure)


def _kept(settings: Settings) -> Outcome | None:
    """Return the run with `settings` if somebody has trained it lately."""
    parts = _queue_call("peek", settings)
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
        _queue_call("stop", _visitor())
        state["_going"] = None
        state["_outcome"] = _result(going, state["_parts"], "Stopped")


def _tell(bar: Any, news: News, parts: list[History], settings: Settings) -> None:
    if news.state == QUEUED:
        bar.progress(0.0, _waiting(news))
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
    st.error(reason(last.failure) + " " + _("Your settings are kept; press Train to run again."))
