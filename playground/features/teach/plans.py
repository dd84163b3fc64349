"""Lesson plans of 45 minutes, one per track: Markdown whose links and numbers are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from urllib.parse import urlencode

from playground.core import i18n, tasks, texts
from playground.core.catalog import LADDERS
from playground.core.i18n import N_, SOURCE
from playground.core.quantities import Facts, facts, tutorial
from playground.features.teach import ready_tasks
from playground.features.teach.ready_tasks import Ready

TRACKS: Mapping[str, str] = MappingProxyType(
    {
        "gradients": N_("Gradients by hand and by autograd"),
        "graph": N_("The graph, tracking, accumulation"),
        "rates": N_("Learning rates and optimizers"),
        "line": N_("A line through your own points, saved and loaded"),
    }
)

# [label](page?knob=value) or, for the ready-made task of that label, [label](task:page)
LINK = re.compile(r"\[([^\]]+)\]\((task:)?(\w+)(?:\?([^)\s]*))?\)")


@dataclass(frozen=True)
class Link:
    """A link of a plan: to a page with some knobs set or, with a task, to all that carries."""

    label: str
    page: str
    query: Mapping[str, str | list[str]]
    task: Ready | None = None


def plan(track: str, language: str, site: str = "") -> str:
    """Return the plan of one of `TRACKS`, its links being to the pages of `site`.

    In the file, `{{ ladder.lesson.fact }}` is one of `facts` at the tutorial's settings. Raises
    jinja2.UndefinedError for a fact that is not there, KeyError for such a task.
    """

    def address(match: re.Match[str]) -> str:
        link = _link(match, language)
        query = urlencode({**link.query, "lang": language}, doseq=True)
        return f"[{link.label}]({site}/{link.page}?{query})"

    return LINK.sub(address, texts.page(f"plans/{track}", language, **_known()))


def links(track: str, language: str) -> list[Link]:
    """Return the links of a plan, in their order."""
    return [_link(match, language) for match in LINK.finditer(source(track, language))]


def source(track: str, language: str) -> str:
    """Return the plan as it is written, before its links and numbers are filled in."""
    return i18n.prose(f"plans/{track}", language)


@cache
def _known() -> dict[str, dict[str, Facts]]:
    return {
        ladder.slug: {lesson.slug: facts(tutorial(lesson)) for lesson in ladder.lessons}
        for ladder in LADDERS.values()
    }


def _link(match: re.Match[str], language: str) -> Link:
    label, is_task, page, query = match.groups()
    if not is_task:
        return Link(label, page, tasks.parsed(query or ""))
    # a plan may be in English where its tasks are not, and the other way round
    found = (*ready_tasks.of_page(page, SOURCE), *ready_tasks.of_page(page, language))
    known = {ready.label: ready for ready in found}
    return Link(label, page, known[label].carried, known[label])
