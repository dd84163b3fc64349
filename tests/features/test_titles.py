from dataclasses import replace

import pytest

from playground.core.catalog import STAGES
from playground.core.i18n import LANGUAGES, translator
from playground.features import PAGES
from playground.features.optimizers.knobs import MOST_RACERS


@pytest.mark.parametrize(
    ("language", "count", "title"),
    [
        ("en", 8, "Fit a sine, eight ways"),
        ("en", 9, "Fit a sine, nine ways"),
        ("zh", 8, "拟合正弦的八种写法"),
        ("zh", 9, "拟合正弦的九种写法"),
    ],
)
def test_a_title_counts_the_stages_there_are(language, count, title):
    page = PAGES["stages"]
    assert page.counts == {"stages": len(STAGES)}
    said = replace(page, counts={"stages": count}).said(page.title, translator(language))
    assert said == title


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", PAGES)
def test_no_title_has_a_gap(slug, language):
    page, _ = PAGES[slug], translator(language)
    for text in (page.title, page.about):
        assert "{" not in page.said(text, _)
        assert bool(page.said(text, _)) == bool(text)
    assert PAGES["optimizers"].counts == {"racers": MOST_RACERS}
