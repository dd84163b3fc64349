"""Teacher's links: the task they carry, the prediction they ask for, and how to make one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from playground.core import tasks
from playground.core.i18n import N_, joined
from playground.core.page import Page
from playground.core.settings import KNOBS, Knob
from playground.core.tasks import PREDICTIONS, Task
from playground.ui import links
from playground.ui.language import _
from playground.ui.session import visit

KEPT_OUT = ("afresh", "lang", *tasks.NAMES)


@dataclass
class Predicted:
    """The prediction that was made last: of what, and which answer."""

    made: tuple[Any, str] | None = None


def task() -> Task:
    """Return the task that this page's link carries, as `show` read it."""
    return visit().task


def show() -> None:
    """Show the task of the link, if it has one, as plain text."""
    given, wrong = tasks.of_link(st.query_params.to_dict())
    visit().task = given  # some thirty knobs ask for it
    links.report(wrong[:5])
    if given.text:
        with st.container(border=True, gap="xsmall"):
            st.markdown(":material/assignment: **" + _("Your task") + "**")
            st.text(given.text)


def locked(name: str) -> bool:
    """Return whether the link locks this knob."""
    return name in task().locked


def hidden(name: str) -> bool:
    """Return whether the link hides this knob."""
    return name in task().hidden


def keeps(name: str) -> bool:
    """Return whether the link alone says what this knob is: it locks or hides it."""
    return locked(name) or hidden(name)


def from_link(name: str, default: Any, rule: Knob | None = None) -> Any:
    """Return what the link says for a knob that is not shown, or `default`.

    rule: of a knob that is not in `KNOBS`.
    """
    text = st.query_params.get(name)
    if text is None:
        return default
    try:
        return (rule or KNOBS[name]).parse(name, text)
    except ValueError:
        return default


def kept() -> dict[str, str]:
    """Return what a link from this page to itself has to keep: its task, and what that holds."""
    given = task()
    names = (*tasks.NAMES, *given.locked, *given.hidden)
    return {name: st.query_params[name] for name in names if name in st.query_params}


def predict(
    what: Any,
    question: str = N_("Predict first: what will the loss do?"),
    answers: Mapping[str, str] = PREDICTIONS,
) -> str | None:
    """Ask for a prediction of what `what` leads to; return it once it is made.

    Anything else to predict asks anew. Returns None while nothing is chosen.
    """
    chosen = made(what)
    with st.container(border=True, gap="xsmall"):
        st.markdown(":material/psychology: **" + _(question) + "**")
        with st.container(horizontal=True):
            for slug, said in answers.items():
                st.button(
                    _(said),
                    key=f"predict_{slug}",
                    icon=":material/check:" if slug == chosen else None,
                    disabled=chosen is not None,
                    on_click=_take,
                    args=(what, slug),
                )
    return chosen


def _take(what: Any, slug: str) -> None:
    visit().part(Predicted).made = (what, slug)
    visit().pressed = True


def made(what: Any) -> str | None:
    """Return the prediction that was made for `what`, if it was made here."""
    prediction = visit().part(Predicted).made
    return prediction[1] if prediction and prediction[0] == what else None


def waits(what: Any) -> bool:
    """Return whether a run of `what` has to wait for a prediction."""
    return task().predict and made(what) is None


def compare(
    what: Any, happened: str | None, why: str, answers: Mapping[str, str] = PREDICTIONS
) -> None:
    """Set the prediction for `what` beside what happened, one of `answers`.

    Where nothing can be told yet, `happened` is None. why: nothing where no cause is known.
    """
    predicted = made(what)
    if not task().predict or predicted is None:
        return
    if predicted == happened:
        text = _("As you predicted: {predicted}")
        st.success(text.format(predicted=_(answers[predicted])), icon=":material/target:")
        return
    said = [_("You predicted: {predicted}").format(predicted=_(answers[predicted]))]
    if happened is None:
        said.append(_("This run is too short to tell."))
    else:
        said.append(_("What happened: {happened}").format(happened=_(answers[happened])))
    if why:
        said.append(_("Why? {why}").format(why=why))
    icon = ":material/timer:" if happened is None else ":material/compare_arrows:"
    st.info(joined(said, _), icon=icon)


def builder(page: Page) -> None:
    """Show what makes a link out of this page as it is now, with a task for a class."""
    box = st.expander(
        _("Make a link for a class"), icon=":material/school:", key="builder", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        st.markdown(
            _(
                "Set this page as your class should find it. The link carries every setting that "
                "is in the address above, and what you add here."
            )
        )
        text = st.text_area(
            _("The task, as plain text"),
            key="task_text",
            max_chars=tasks.LONGEST,
            height=90,
            persist_state="session",
        )
        made = Task(text=text or "", **_controls(page))
        query = st.query_params
        carried = {name: query.get_all(name) for name in query if name not in KEPT_OUT}
        st.code(site() + tasks.link(page.slug, carried, made), language=None, wrap_lines=True)
        st.caption(_("Copy it with the button at its right. It opens in each reader's language."))


def site() -> str:
    """Return the address of the site as the visitor's browser has it; no slash at its end."""
    parts = urlsplit(st.context.url or "")
    folder = parts.path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{folder}" if parts.netloc else ""


def _controls(page: Page) -> dict[str, Any]:
    """Let the teacher choose what is locked, hidden and predicted, where this page has such."""
    chosen: dict[str, Any] = {}
    known = visit().knobs
    if known:
        left, right = st.columns(2)
        with left:
            lock = st.multiselect(
                _("Shown, but locked"), known, key="task_lock", persist_state="page"
            )
        with right:
            hide = st.multiselect(_("Hidden"), known, key="task_hide", persist_state="page")
        chosen |= {"locked": frozenset(lock), "hidden": frozenset(hide)}
    if page.predicts:
        chosen["predict"] = st.toggle(
            _("Predict first: a run waits for a prediction"),
            value=False,
            key="task_predict",
            persist_state="session",
        )
    return chosen
