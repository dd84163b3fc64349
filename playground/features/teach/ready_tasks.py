"""The tasks that come with the playground: links for a class, with the right answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from urllib.parse import urlsplit

from playground.core import catalog, tasks, texts
from playground.core.catalog import Ladder, Lesson
from playground.core.tasks import ADDED, CALLED_AGAIN, PREDICTIONS, Task

ANSWERS: Mapping[str, str] = MappingProxyType({**PREDICTIONS, **ADDED, **CALLED_AGAIN})


@dataclass(frozen=True)
class Ready:
    """A task for a class, on a page with some knobs set.

    query: the knobs that its link sets. answer: which of `ANSWERS` is right.
    """

    page: str
    label: str
    query: Mapping[str, str]
    task: Task
    answer: str

    @property
    def link(self) -> str:
        """Its address, from the leading slash."""
        return tasks.link(self.page, self.query, self.task)

    @property
    def carried(self) -> dict[str, str | list[str]]:
        """What its link carries: knobs and task."""
        return tasks.parsed(urlsplit(self.link).query)


@cache
def of_page(page: str, language: str) -> tuple[Ready, ...]:
    """Return the tasks for a page on which runs can wait for a prediction.

    Those of lessons stand in the lessons' texts; others have a file of their own. Raises
    ValueError for one that names an unknown knob, or whose text is too long for a link.
    """
    ladder = catalog.on_page(page)
    if ladder is None:
        written = texts.tries(texts.page(f"tasks/{page}", language))
        return tuple(_ready(page, item) for item in written)
    return tuple(
        _ready(page, dataclasses.replace(item, query=_at(lesson, ladder) | item.query))
        for lesson in ladder.lessons
        for item in texts.prose(lesson, language).tasks
    )


def _at(lesson: Lesson, ladder: Ladder) -> dict[str, str]:
    return {"stage": lesson.slug} if len(ladder.lessons) > 1 else {}


def _ready(page: str, item: texts.Try) -> Ready:
    given = {"task": item.text, "predict": "true"}
    task, wrong = tasks.of_link(item.query | given)
    if wrong:
        raise wrong[0]
    if task.text != item.text:
        raise ValueError(f"the text of {item.label!r} has more than {tasks.LONGEST} letters")
    knobs = {name: text for name, text in item.query.items() if name not in tasks.NAMES}
    return Ready(page, item.label, MappingProxyType(knobs), task, item.verdict)
