"""What the tests of sentences share: drawn pages, their text, and the numbers in it."""

import re

import hypothesis
import pytest

from playground.core import catalog, texts
from tests.core.drawn_settings import shown
from tests.samples import length

N = r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
DIGITS = 6e-4  # four digits are shown


def tried(config, check, short, **drawn):
    """Run `check` of drawn settings: `short` of them, with --full eight times as many."""
    count = length(config, short, 8 * short)
    checked = hypothesis.given(shown(**drawn))(check)
    checked = hypothesis.settings(max_examples=count, deadline=None, database=None)(checked)
    hypothesis.seed(config.getoption("seed"))(checked)()


def of(ladder, *slugs):
    stages = catalog.LADDERS[ladder].stages
    return [stages[slug] for slug in slugs or stages]


def notice(settings, awaited=False):
    return " ".join(texts.prose_for(settings, "en", awaited=awaited).notice.split())


def numbers(pattern, text):
    """Return the numbers of what `pattern` finds, N standing for each; None if it is not there."""
    found = re.search(re.escape(pattern).replace("N", N), text)
    return [float(one) for one in found.groups()] if found else None


def same(found, expected, **near):
    assert found == pytest.approx(expected, rel=DIGITS, **near)
