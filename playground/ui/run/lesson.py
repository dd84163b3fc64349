"""What a page shows of a lesson itself: what it adds, its code, its text, the links to it."""

from __future__ import annotations

import streamlit as st

from playground.core import catalog, texts
from playground.core.catalog import Lesson
from playground.core.settings import Settings
from playground.ui import language, script, task
from playground.ui.knobs import held
from playground.ui.language import _


def title(lesson: Lesson) -> str:
    """Return the title of a lesson in the visitor's language."""
    return texts.prose(lesson, language.current()).title


def headline(lesson: Lesson) -> None:
    """Show which stage this is and what it adds."""
    lessons = catalog.LADDERS[lesson.ladder].lessons
    place = f"{lessons.index(lesson) + 1} · " if len(lessons) > 1 else ""
    st.markdown(f"**{place}{title(lesson)}**  {texts.prose(lesson, language.current()).adds}")


def code(lesson: Lesson) -> None:
    """Show the file that runs and, on a ladder, what changed in it since the lesson before."""
    if len(catalog.LADDERS[lesson.ladder].lessons) == 1:
        st.code(lesson.source, language="python")
        return
    whole, diff = st.tabs([_("The code that runs"), _("What changed")])
    whole.code(lesson.source, language="python")
    before = catalog.previous(lesson)
    with diff:
        if before is None:
            st.caption(_("The first stage: there is nothing before it to compare with."))
        else:
            st.caption(
                _(
                    "From {before} to {after}: lines that begin with - went, those with + came."
                ).format(before=title(before), after=title(lesson))
            )
            st.code(texts.changes(lesson), language="diff")


def prose(settings: Settings) -> None:
    """Show the text of the stage for `settings`, and links to try.

    Where a task awaits a prediction, nothing stands there that would give the answer away.
    """
    awaited = task.waits(settings)
    text = texts.prose_for(settings, language.current(), awaited=awaited)
    st.subheader(_("What is new"), anchor=False)
    st.markdown(text.new)
    st.subheader(_("What to notice"), anchor=False)
    st.markdown(text.notice)
    st.subheader(_("Three things to try"), anchor=False)
    if awaited:
        st.caption(_("They are shown once you have predicted: they would tell too much."))
        return
    for item in text.tries:
        link_to_stage(settings.lesson, item.label, ":material/play_arrow:", **item.query)
        st.markdown(item.text)


def link_to_stage(lesson: Lesson, label: str, icon: str = "", **knobs: str) -> None:
    """Show a link to a lesson that sets the knobs given and runs."""
    query = held.link(lesson, **knobs)
    page = script(catalog.LADDERS[lesson.ladder].page)
    st.page_link(page, label=label, icon=icon, query_params=query)


def card(place: int, lesson: Lesson) -> None:
    """Show one stage of the path."""
    with st.container(gap="xsmall"):
        link_to_stage(lesson, f"**{place} · {title(lesson)}**")
        with st.container(horizontal=True, gap=None):
            st.space(8)  # as far in as the words of the link above
            st.caption(texts.prose(lesson, language.current()).adds, width="stretch")
