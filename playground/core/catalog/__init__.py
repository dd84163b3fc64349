"""The ladders of lessons: each lesson's slug, file, form, tutorial settings and knobs."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from playground.core.catalog.lesson import FOLDER as FOLDER
from playground.core.catalog.lesson import Ladder as Ladder
from playground.core.catalog.lesson import Lesson as Lesson
from playground.core.catalog.lesson import text as text
from playground.core.catalog.linear_regression import LINEAR_REGRESSION
from playground.core.catalog.one_weight import ONE_WEIGHT
from playground.core.catalog.polynomial import POLYNOMIAL

LADDERS: Mapping[str, Ladder] = MappingProxyType(
    {ladder.slug: ladder for ladder in (POLYNOMIAL, ONE_WEIGHT, LINEAR_REGRESSION)}
)
STAGES: Mapping[str, Lesson] = POLYNOMIAL.stages
ALL = tuple(lesson for ladder in LADDERS.values() for lesson in ladder.lessons)


def on_page(page: str) -> Ladder | None:
    """Return the ladder whose lessons a page has, if it has one."""
    return next((ladder for ladder in LADDERS.values() if ladder.page == page), None)


def previous(lesson: Lesson) -> Lesson | None:
    """Return the lesson before `lesson` on its ladder, or None for the first."""
    lessons = LADDERS[lesson.ladder].lessons
    position = lessons.index(lesson)
    return lessons[position - 1] if position else None


def source(folder: str, name: str) -> str:
    """Return the text of the lesson `name` in one of the lessons' folders."""
    return text(FOLDER / folder / f"{name}.py")


def changes(before: Path, after: Path) -> str:
    """Return the lines that differ between two files of lessons, as a diff."""
    old, new = text(before).splitlines(), text(after).splitlines()
    return "\n".join(difflib.unified_diff(old, new, before.name, after.name, n=3, lineterm=""))
