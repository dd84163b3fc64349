"""What the page for teachers shows: the tasks that come with the playground, the lesson plans."""

from __future__ import annotations

import streamlit as st

from playground.core import catalog, texts
from playground.core.page import Page
from playground.core.tasks import NAMES
from playground.features import PAGES
from playground.features.teach import plans as lesson_plans
from playground.features.teach import ready_tasks
from playground.features.teach.plans import TRACKS
from playground.features.teach.ready_tasks import ANSWERS, Ready
from playground.ui import language, script, task
from playground.ui.kit import boxes
from playground.ui.knobs import held
from playground.ui.knobs.builder import pick
from playground.ui.language import _

TABS = ("tasks", "plans")


def show() -> None:
    """Show the page."""
    boxes.prose("teach")
    if pick(_("Part"), TABS, "show") == "tasks":
        tasks()
    else:
        plans()


def tasks() -> None:
    """Show the ready-made tasks, grouped by page: to open, and to copy for a class."""
    st.markdown(
        _(
            "Each asks for a prediction before anything runs, and checks it against the run. Open "
            "one to see what your class will see; copy its address to hand it out. It carries the "
            "text in the language that you read now."
        )
    )
    for page in PAGES.values():
        if page.predicts:
            st.subheader(f"{page.symbol} {page.said(page.title, _)}", anchor=page.slug)
            with st.grid(3, min_column_width=300, border=True):
                for ready in ready_tasks.of_page(page.slug, language.current()):
                    _task(page, ready)


def _task(page: Page, ready: Ready) -> None:
    """Show a task with its link, its address to copy and the right answer."""
    with st.container(gap="xsmall"):
        st.page_link(script(page.slug), label=f"**{ready.label}**", query_params=_query(ready))
        with st.container(horizontal=True, gap=None):
            st.space(8)  # as far in as the words of the link above
            with st.container(gap="xsmall"):
                if part := _part(ready):
                    st.caption(part)
                st.markdown(ready.task.text)
                with st.popover(_("Address and answer"), icon=":material/content_copy:"):
                    lang = f"&lang={language.current()}"
                    st.code(task.site() + ready.link + lang, language=None, wrap_lines=True)
                    answer = _("Right: {answer}")
                    st.markdown(answer.format(answer=_(ANSWERS[ready.answer])))


def _query(ready: Ready) -> dict[str, str | list[str]]:
    """Return the query of a link to a task on this site: it sets all other knobs back."""
    afresh = held.afresh()
    return {n: text for n, text in afresh.items() if n not in NAMES} | ready.carried


def _part(ready: Ready) -> str:
    """Return where on its page a task is."""
    ladder = catalog.on_page(ready.page)
    if ladder and len(ladder.lessons) > 1:
        lesson = ladder.stages[ready.query["stage"]]
        return texts.prose(lesson, language.current()).title
    return ready.query.get("part", "")


def plans() -> None:
    """Let the teacher choose a lesson plan and show it, to read and to take along."""
    track = pick(_("Track"), list(TRACKS), "track")
    site = task.site()
    title, lang = _(TRACKS[track]), language.current()
    text = lesson_plans.plan(track, lang, site)
    st.subheader(title, anchor=False)
    st.markdown(text)
    st.download_button(
        _("This plan as a file"),
        f"# {title}\n\n{text}",
        f"{track}.md",
        "text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )
