"""Prose in Markdown with its numbers computed."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from functools import cache

from playground.core import catalog, i18n
from playground.core.catalog import Lesson
from playground.core.i18n import Translate, count_word, translator
from playground.core.quantities import facts
from playground.core.settings import KNOBS, Settings


@dataclass(frozen=True)
class Try:
    """Something to try: a link that sets knobs, what it says, and the verdict it leads to."""

    label: str
    query: dict[str, str]
    verdict: str
    text: str

    def settings(self, lesson: Lesson) -> Settings:
        """Return the settings that the link stands for, on the page of `lesson`."""
        given = {name: KNOBS[name].parse(name, text) for name, text in self.query.items()}
        stage = str(given.pop("stage", lesson.slug))
        return Settings.of(stage, ladder=lesson.ladder, **given)


@dataclass(frozen=True)
class Prose:
    """The text of one lesson: `adds` says in a sentence what it adds, `new` in a section.

    A task is written as a thing to try; its link may `lock` and `hide` knobs too.
    """

    title: str
    adds: str
    new: str
    notice: str
    tries: tuple[Try, ...]
    tasks: tuple[Try, ...]


SECTION = re.compile(r"^## .+$", re.MULTILINE)


def page(name: str, language: str, **known: str | int) -> str:
    """Return the prose of the page `name`; `{{fact}}` stands for one of `known`, a count as a word.

    Raises KeyError for a fact that is not known.
    """

    def fact(found: re.Match[str]) -> str:
        value = known[found[1]]
        return value if isinstance(value, str) else count_word(value, translator(language))

    return re.sub(r"\{\{(\w+)\}\}", fact, i18n.prose(name, language))


def sections(name: str, language: str, **known: str | int) -> list[str]:
    """Return the prose of a page in parts: what stands before the first heading, then each."""
    return [part.strip() for part in SECTION.split(page(name, language, **known))]


# - [label](?knob=value&knob=value "verdict") text
TRY = re.compile(r'^- \[(.+?)\]\(\?(.+?) "(\w+)"\)\s*(.*)$')


def prose(lesson: Lesson, language: str) -> Prose:
    """Return the text of a lesson: title, what is new, what to notice, what to try, tasks.

    In the file, `{{fact}}` stands for a number of `facts`. Raises KeyError for one that is not
    there.
    """
    return _prose(lesson.ladder, lesson.slug, language)


@cache
def _prose(ladder: str, slug: str, language: str) -> Prose:
    known = facts(ladder, slug)
    head, new, notice, items, set_tasks = sections(f"{ladder}/{slug}", language, **known)
    title, adds = head.removeprefix("# ").split("\n", 1)
    return Prose(title, adds.strip(), new, notice, tuple(tries(items)), tuple(tries(set_tasks)))


def tries(text: str) -> list[Try]:
    """Return the things to try in a list of them."""
    found = []
    for item in re.split(r"\n(?=- )", text.strip()):
        label, query, verdict, rest = TRY.match(" ".join(item.split())).groups()  # type: ignore[union-attr]
        found.append(Try(label, dict(urllib.parse.parse_qsl(query)), verdict, rest))
    return found


def changes(lesson: Lesson) -> str | None:
    """Return what changed in the code since the lesson before, as a diff; None at the first."""
    before = catalog.previous(lesson)
    return catalog.changes(before.path, lesson.path) if before else None


def epochs(count: int, _: Translate) -> str:
    """Return a number of epochs in words."""
    return _("1 epoch") if count == 1 else _("{count:,} epochs").format(count=count)
