import re
import shutil
from itertools import pairwise

import jinja2
import pytest

from playground.core import i18n, tasks
from playground.core.i18n import translator
from playground.features.teach import plans
from playground.features.teach.plans import TRACKS
from tests import languages
from tests.languages import COMPLETE
from tests.links import meaning

BOTH = [pytest.param(t, lang, id=f"{t}-{lang}") for t in TRACKS for lang in COMPLETE]


@pytest.mark.parametrize(("track", "language"), BOTH)
def test_every_link_leads_to_what_it_says(track, language):
    links = plans.links(track, language)
    assert sum(link.task is not None for link in links) >= 3
    for link in links:
        task, found = meaning(link.page, link.query)
        assert found is not None
        assert task == (link.task.task if link.task else tasks.Task())
        assert link.page == (link.task.page if link.task else link.page)


@pytest.mark.parametrize("track", TRACKS)
def test_the_languages_lead_to_the_same_pages(track):
    english, chinese = (
        [(link.page, {**link.query, "task": ""}) for link in plans.links(track, language)]
        for language in COMPLETE
    )
    assert english == chinese


@pytest.mark.parametrize(("track", "language"), BOTH)
def test_a_plan_fills_45_minutes_without_a_gap(track, language):
    spans = re.findall(r"^\| (\d+)–(\d+) \|", plans.source(track, language), re.MULTILINE)
    ends = [(int(start), int(end)) for start, end in spans]
    assert ends[0][0] == 0
    assert ends[-1][1] == 45
    assert all(a[1] == b[0] for a, b in pairwise(ends))
    assert all(start < end for start, end in ends)


@pytest.mark.parametrize(("track", "language"), BOTH)
def test_a_plan_has_its_parts(track, language):
    text = plans.plan(track, language, "https://example.org")
    assert len(re.findall(r"^### ", text, re.MULTILINE)) == 3
    assert text.count("**") >= 4
    assert len(re.findall(r"^- \*", text, re.MULTILINE)) >= 5  # questions with their answers
    assert "{{" not in text
    assert "(task:" not in text
    assert text.count("](https://example.org/") == len(plans.links(track, language))
    assert text.count(f"lang={language}") == len(plans.links(track, language))
    assert not re.search(r"\]\((?!https://example\.org/)", text)


@pytest.mark.parametrize(("track", "language"), BOTH)
def test_the_words_on_the_buttons_are_those_a_plan_names(track, language):
    labels = (
        "What changed", "Your own points", "Why the valley is long", "Save and load", "Take it home"
    )  # fmt: skip
    source, other = (plans.source(track, lang) for lang in (language, "en"))
    for label in labels:
        if f'"{label}"' in other:
            quoted = f'"{label}"' if language == "en" else f"“{translator(language)(label)}”"
            assert quoted in source


@pytest.mark.parametrize(("track", "language"), BOTH)
def test_no_measured_number_is_typed(track, language):
    source = re.sub(r"\{\{.*?\}\}|\]\([^)]*\)", "]", plans.source(track, language))
    source = re.sub(r"\[[^]]*\]", "", source)  # a task's label is held by its own tests
    assert re.findall(r"\d+\.\d+(?:e-?\d+)?|\d+e-?\d+", source) == []


def test_a_plan_in_english_finds_tasks_that_are_translated(tmp_path, monkeypatch):
    folder = languages.begin("nl_BE", tmp_path, monkeypatch)
    shutil.copytree(folder.parent / "zh" / "tasks", folder / "tasks")
    for track in TRACKS:
        assert plans.links(track, "nl_BE") == plans.links(track, "en")


def test_the_numbers_are_computed():
    assert "2/λmax = 3.558e-06" in plans.plan("rates", "en")
    assert "errors and the mean of their squares, 30." in plans.plan("gradients", "en")


def test_a_mistake_in_a_plan_is_an_error(monkeypatch):
    wrong = {
        "{{ polynomial.numpy.speed }}": jinja2.UndefinedError,
        "[No such task](task:stages)": KeyError,
    }
    for text, error in wrong.items():
        monkeypatch.setattr(i18n, "prose", lambda name, language, text=text: text)
        with pytest.raises(error):
            plans.plan("rates", "en")
