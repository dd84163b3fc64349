import pytest

from playground.core import catalog
from playground.core.settings import Settings

LESSONS = [pytest.param(lesson, id=f"{lesson.ladder}-{lesson.slug}") for lesson in catalog.ALL]


def of(lesson, **given):
    """Return the tutorial's settings for a lesson, with those given changed."""
    return Settings.of(lesson.slug, ladder=lesson.ladder, **given)
