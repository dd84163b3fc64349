import re

import jinja2
import jinja2.meta
import numpy as np
import pytest

from playground.core import catalog, i18n, texts, training, verdict
from playground.core.i18n import LANGUAGES
from playground.core.quantities import facts
from tests.lessons import LESSONS, of
from tests.samples import some

TRIES = [
    pytest.param(lesson, item, id=f"{lesson.ladder}-{lesson.slug}-{k}")
    for lesson in catalog.ALL
    for k, item in enumerate(texts.prose(lesson, "en").tries)
]
TRIED = len(TRIES) // 4  # of the things to try, in an ordinary run


def pytest_generate_tests(metafunc):
    if "item" in metafunc.fixturenames:
        metafunc.parametrize(("lesson", "item"), some(metafunc.config, TRIES, TRIED))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_stage_has_its_text_in_every_language(lesson, language):
    prose = texts.prose(lesson, language)
    assert prose.title
    assert prose.adds
    assert "\n" not in prose.title + prose.adds
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


@pytest.mark.slow
def test_a_thing_to_try_ends_as_its_text_says(lesson, item):
    settings = item.settings(lesson)
    assert verdict.judge(training.run(settings), settings).kind == item.verdict


# outside links, code and facts: decimals and exponents anywhere, longer whole numbers in the prose
NUMBER = re.compile(r"\d+\.\d+(?:e-?\d+)?|\d+e-?\d+|(?<![\d.^{-])\d{2,}(?![\d.]*\d|[}^])")
HELD = {10.0, 15.0, 0.3}  # "10 too high", "rate 2/15", "Adam at 0.3": test_quantities.py holds them


def typed(text):
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\(\?[^)]*\)|`[^`]*`|(?<=\\cdot )10\^\{\d+\}", "", text)
    return {float(number) for number in NUMBER.findall(text)}


def test_a_typed_number_is_seen():
    for text in ("at 0.25", "at 2e-05", "after 1584 epochs", "在第 1584 轮", "to 562122.", "$17$"):
        assert len(typed(text)) == 1
    filled = ("{{ floor }}", "{% if floor > 1584 %}")
    for text in ("`1584`", *filled, "[a](?epochs=1584)", "$x^2$ or 2", r"$\cdot 10^{38}$"):
        assert typed(text) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_no_measured_number_is_typed_into_prose(lesson, language):
    """A number is a fact, part of a link, of the tutorial's settings, or of how floats are made.

    The tasks that follow the things to try have a test of their own.
    """
    *parts, _tasks = texts.SECTION.split(i18n.prose(f"{lesson.ladder}/{lesson.slug}", language))
    text = "\n".join(parts)
    links = " ".join(v for t in texts.prose(lesson, language).tries for v in t.query.values())
    tutorial = of(lesson)
    allowed = {float(n) for n in re.findall(r"[\d.]+(?:e-?\d+)?", links)} | HELD | {0.5, 1.5}
    allowed |= {tutorial.learning_rate, tutorial.momentum}
    for dtype in (np.float32, np.float64):  # the largest number of each, as in 3.4e38, its digits
        allowed.add(float(f"{np.finfo(dtype).max:.1e}".split("e")[0]))
        allowed.add(round(np.log10(2) * (np.finfo(dtype).nmant + 1)))
    assert typed(text) - allowed == set()


def test_an_unknown_fact_is_an_error(monkeypatch):
    for text in ("{{ speed }}", "{{ tutorial.speed }}", "{% if speed %}fast{% endif %}"):
        monkeypatch.setattr(i18n, "prose", lambda name, language, text=text: text)
        with pytest.raises(jinja2.UndefinedError, match="speed"):
            texts.page("home", "en", tutorial={"rate": 1.0})


def named(source):
    """Return the names that a template has in any of its branches, and those under a name."""
    tree = texts.ENVIRONMENT.parse(source)
    under = {
        (node.node.name, node.attr)
        for node in tree.find_all(jinja2.nodes.Getattr)
        if isinstance(node.node, jinja2.nodes.Name)
    }
    return jinja2.meta.find_undeclared_variables(tree), under


def test_a_name_is_seen_in_a_branch_that_is_not_taken():
    assert named("{% if a %}{{ b }}{% else %}{{ c.d }}{% endif %}") == (set("abc"), {("c", "d")})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_branch_names_what_is_known(lesson, language):
    known = facts(of(lesson))
    names, under = named(i18n.prose(f"{lesson.ladder}/{lesson.slug}", language))
    assert names - {"tutorial", "awaited"} <= known.keys()
    tutorials = {attr for name, attr in under if name == "tutorial"}
    assert tutorials <= known.keys()
    english = named(i18n.prose(f"{lesson.ladder}/{lesson.slug}", "en"))
    assert tutorials == {attr for name, attr in english[1] if name == "tutorial"}


def test_a_text_cannot_reach_into_python(monkeypatch):
    monkeypatch.setattr(i18n, "prose", lambda name, language: "{{ rate.__class__.__mro__ }}")
    with pytest.raises(jinja2.exceptions.SecurityError):
        texts.page("home", "en", rate=1.0)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_changes_lead_from_one_lesson_to_the_next(lesson):
    diff = texts.changes(lesson)
    if catalog.previous(lesson) is None:
        assert diff is None
        return
    came = [line[1:] for line in diff.splitlines()[2:] if line.startswith("+")]
    assert came
    assert set(came) <= set(lesson.source.splitlines())


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 8, "The same fit, eight times,"),
        ("en", 9, "The same fit, nine times,"),
        ("zh", 8, "同一个拟合做八遍"),
        ("zh", 13, "同一个拟合做13遍"),
    ],
)
def test_the_prose_of_a_page_counts_in_words(language, count, said):
    text = texts.counted("home", language, stages=count)
    assert said in text
    assert "{{" not in text
