import re

import numpy as np
import pytest

from playground import analysis, catalog, texts, training
from playground.i18n import LANGUAGES, LOCALES
from tests.lessons import LESSONS, of

TRIES = [
    pytest.param(lesson, item, id=f"{lesson.ladder}-{lesson.slug}-{k}")
    for lesson in catalog.ALL
    for k, item in enumerate(texts.prose(lesson, "en").tries)
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_stage_has_its_text_in_every_language(lesson, language):
    prose = texts.prose(lesson, language)
    assert prose.new
    assert prose.notice
    assert len(prose.tries) == 3
    shown = "".join([prose.new, prose.notice, *(t.label + t.text for t in prose.tries)])
    assert "{{" not in shown
    assert bool(re.search(r"[\u4e00-\u9fff]", shown)) == (language == "zh")


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_languages_offer_the_same_things_to_try(lesson):
    english, chinese = (texts.prose(lesson, language).tries for language in ("en", "zh"))
    assert [(t.query, t.verdict) for t in english] == [(t.query, t.verdict) for t in chinese]


@pytest.mark.parametrize(("lesson", "item"), TRIES)
def test_a_thing_to_try_ends_as_its_text_says(lesson, item):
    settings = item.settings(lesson)
    judged = analysis.verdict(training.run(settings), analysis.quadratic_for(settings).floor)
    assert judged.kind == item.verdict


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_no_measured_number_is_typed_into_prose(lesson, language):
    """A number with a decimal point or an exponent is a fact or part of a link."""
    text = (LOCALES / language / lesson.ladder / f"{lesson.slug}.md").read_text(encoding="utf-8")
    links = " ".join(v for t in texts.prose(lesson, language).tries for v in t.query.values())
    typed = set(re.findall(r"\d+\.\d+(?:e-?\d+)?|\d+e-?\d+", re.sub(r"\(\?[^)]*\)", "", text)))
    tutorial = of(lesson)
    allowed = {
        *links.split(),
        f"{tutorial.learning_rate:g}",
        f"{tutorial.momentum:g}",
        "0.5",
        "1.5",
    }
    numbers = {float(n) for n in allowed if re.fullmatch(r"[\d.e+-]+", n)}
    for dtype in (np.float32, np.float64):  # the largest numbers of each, as in 3.4e38
        numbers.add(float(f"{np.finfo(dtype).max:.1e}".split("e")[0]))
    assert {n for n in typed if float(n) not in numbers} == set()


def test_an_unknown_fact_is_an_error():
    with pytest.raises(KeyError):
        texts.facts("polynomial", "numpy")["speed"]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_changes_lead_from_one_lesson_to_the_next(lesson):
    diff = texts.changes(lesson)
    if catalog.previous(lesson) is None:
        assert diff is None
        return
    came = [line[1:] for line in diff.splitlines()[2:] if line.startswith("+")]
    assert came
    assert set(came) <= set(lesson.source.splitlines())


def test_a_formula_says_what_the_weights_say():
    weights = np.array([0.5, -1.25e-5, 0.0, 1e-20, 3.0])
    said = texts.formula(weights, str)
    assert said == r"$y = 0.5$ $-1.25\cdot 10^{-5}\,x$ $+3\,x^4$"
    assert texts.formula(np.zeros(2), str) == "$y = 0$"
    assert texts.formula(np.array([1.0, np.inf]), str) == "not finite"


@pytest.mark.parametrize("kind", analysis.KINDS)
def test_every_verdict_has_its_sentence(kind):
    numbers = dict.fromkeys(("loss", "times", "percent", "epochs", "epoch", "low", "high"), 2.0)
    assert "2" in texts.sentence(analysis.Verdict(kind, numbers), str)
    endless = numbers | {"times": np.inf}
    if kind != "growing":  # it has no floor in its sentence
        assert " inf" not in texts.sentence(analysis.Verdict(kind, endless), str)
