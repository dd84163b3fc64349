"""Prose in Markdown, filled in with Jinja: its numbers are computed, its claims have conditions."""

from __future__ import annotations

import math
import re
import urllib.parse
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from playground.core import catalog, i18n
from playground.core.catalog import Lesson
from playground.core.i18n import Translate, count_word, translator
from playground.core.quantities import facts, plain, tutorial
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


def _shown(value: object) -> object:
    """Return a value as a text shows it: a number that was computed has four digits."""
    if isinstance(value, float):
        return "∞" if math.isinf(value) else plain(value)
    return value


ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    finalize=_shown,
)


SPACES = re.compile(r"(?<=\S) {2,}")  # what a condition that is left out leaves between two words


@lru_cache(maxsize=256)
def _template(source: str) -> Template:
    return ENVIRONMENT.from_string(source)


def page(name: str, language: str, **known: object) -> str:
    """Return the prose of the page `name`, a template of Jinja that may name what is `known`.

    Raises jinja2.UndefinedError for a name that is not known.
    """
    return SPACES.sub(" ", _template(i18n.prose(name, language)).render(**known))


def counted(name: str, language: str, **counts: int) -> str:
    """Return the prose of a page, its `counts` as words."""
    _ = translator(language)
    return page(name, language, **{what: count_word(count, _) for what, count in counts.items()})


def sections(name: str, language: str, **known: object) -> list[str]:
    """Return the prose of a page in parts: what stands before the first heading, then each."""
    return [part.strip() for part in SECTION.split(page(name, language, **known))]


# - [label](?knob=value&knob=value "verdict") text
TRY = re.compile(r'^- \[(.+?)\]\(\?(.+?) "(\w+)"\)\s*(.*)$')


def prose(lesson: Lesson, language: str) -> Prose:
    """Return the text of a lesson at the tutorial's settings."""
    return prose_for(tutorial(lesson), language)


def prose_for(settings: Settings, language: str, *, awaited: bool = False) -> Prose:
    """Return the text of a lesson: title, what is new, what to notice, what to try, tasks.

    It speaks of the `settings` on the page; the file may name `facts` of them, and as `tutorial`
    those of the tutorial's settings. awaited: whether the learner has yet to predict what the run
    does, so that the text does not tell. Raises jinja2.UndefinedError for a fact that is not there.
    """
    return _prose(settings, language, awaited)


@lru_cache(maxsize=512)
def _prose(settings: Settings, language: str, awaited: bool) -> Prose:
    lesson = settings.lesson
    known = {**facts(settings), "tutorial": facts(tutorial(lesson)), "awaited": awaited}
    parts = sections(f"{lesson.ladder}/{lesson.slug}", language, **known)
    head, new, notice, items, set_tasks = parts
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
