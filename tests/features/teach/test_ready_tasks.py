import re
from dataclasses import replace

import numpy as np
import pytest

from playground.core import analysis, catalog, tasks, texts, training, verdict
from playground.core.i18n import LANGUAGES
from playground.core.settings import Settings, defaults, knobs
from playground.features import PAGES as SITE
from playground.features.accumulation import work as running
from playground.features.accumulation.view.parts import PARTS
from playground.features.learning_rates import work as sweeping
from playground.features.learning_rates.knobs import lab as sweep_lab
from playground.features.teach import ready_tasks
from playground.features.teach.ready_tasks import ANSWERS
from tests.links import meaning
from tests.samples import some

PAGES = tuple(slug for slug, page in SITE.items() if page.predicts)

TASKS = [
    pytest.param(ready, id=f"{page}-{k}")
    for page in PAGES
    for k, ready in enumerate(ready_tasks.of_page(page, "en"))
]
RUN = 10  # of the tasks, in an ordinary run
KINDS = {
    "crawling": "crawls", "good": "converges", "oscillating": "oscillates", "diverged": "diverges",
}  # fmt: skip


def pytest_generate_tests(metafunc):
    if "tried" in metafunc.fixturenames:
        metafunc.parametrize("tried", some(metafunc.config, TASKS, RUN))


def happened(ready):
    """Return which answer is right, by a real run."""
    _task, found = meaning(ready.page, ready.query)
    if ready.page == "accumulation":
        part, settings = found
        results = list(getattr(running, part)(settings))
        return PARTS[part].question.happened(settings, results)
    settings = found[1] if ready.page == "learning_rates" else found
    return tasks.OUTCOMES[verdict.judge(training.run(settings), settings).kind]


def test_the_right_answer_is_what_a_real_run_does(tried):
    assert happened(tried) == tried.answer


def test_another_run_has_another_answer():
    ready = next(r for r in ready_tasks.of_page("stages", "en") if r.answer == "diverges")
    assert happened(replace(ready, query={"stage": "numpy"})) == "crawls"


@pytest.mark.parametrize("page", PAGES)
def test_the_languages_ask_the_same(page):
    english, chinese = (ready_tasks.of_page(page, language) for language in ("en", "zh"))
    assert [(r.query, r.task.locked, r.task.hidden, r.answer) for r in english] == [
        (r.query, r.task.locked, r.task.hidden, r.answer) for r in chinese
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_task_is_plain_text_that_its_link_carries(page, language):
    found = ready_tasks.of_page(page, language)
    assert len({ready.label for ready in found}) == len(found)
    for ready in found:
        assert ready.answer in ANSWERS
        assert not re.search(r"[`$*\[\]<>{}\\]", ready.task.text)
        assert "?" in ready.task.text or "？" in ready.task.text
        chinese = re.search(r"[\u4e00-\u9fff]", ready.task.text + ready.label)
        assert bool(chinese) == (language == "zh")
        task, wrong = tasks.of_link(ready.carried)
        assert (task, wrong) == (ready.task, [])
        assert task.predict
        assert not task.hidden & task.locked


def test_there_are_enough_for_every_lesson_and_page():
    def count(page, **query):
        return sum(
            query.items() <= ready.query.items() for ready in ready_tasks.of_page(page, "en")
        )

    assert all(count("stages", stage=slug) >= 2 for slug in catalog.STAGES)
    assert all(count("one_weight", stage=s) for s in catalog.LADDERS["one_weight"].stages)
    assert count("regression") >= 2
    assert all(count("accumulation", part=part) for part in ("loop", "retain", "forgotten"))
    assert count("learning_rates") >= 2


@pytest.mark.parametrize("ready", TASKS)
def test_what_is_locked_or_hidden_is_a_knob_there_and_nothing_asked_about_is_hidden(ready):
    _task, found = meaning(ready.page, ready.query)
    named = ready.task.locked | ready.task.hidden
    if isinstance(found, Settings):
        assert named <= {"stage", *knobs(found.lesson, found.optimizer if found.options else None)}
    usual = defaults(found.lesson) if isinstance(found, Settings) else {}
    told = {name for name, text in ready.query.items() if str(usual.get(name)) != text}
    assert not told & ready.task.hidden - {"device"}


@pytest.mark.parametrize("ready", [one for one in TASKS if one.values[0].page == "learning_rates"])
def test_the_sweep_calls_the_rate_what_the_verdict_does(ready):
    _task, (lab, settings) = meaning(ready.page, ready.query)
    (swept,) = sweeping.swept(lab)
    assert KINDS[swept.kinds[swept.place(settings.learning_rate)]] == ready.answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_no_measured_number_is_typed_into_a_task(page, language):
    """A number with a decimal point or an exponent is a setting of the task or of the tutorial."""
    for ready in ready_tasks.of_page(page, language):
        _task, found = meaning(page, ready.query)
        allowed = {*ready.query.values(), "1e-06", "5e-06"}
        if isinstance(found, Settings):
            allowed |= {str(value) for value in defaults(found.lesson).values()}
        numbers = {float(n) for n in allowed if re.fullmatch(r"[\d.e+-]+", n)}
        if page == "accumulation":  # the tutorial's rate and one that a stage's task names
            numbers.add(4e-6)
        typed = re.findall(r"\d+\.\d+(?:e-?\d+)?|\d+e-?\d+", ready.task.text)
        assert {n for n in typed if float(n) not in numbers} == set(), ready.label


def test_what_the_tasks_say_besides_is_so():
    rate = Settings.of("autograd").learning_rate
    assert Settings.of("custom_function").learning_rate == pytest.approx(5 * rate)
    stable = analysis.quadratic_for(Settings.of("autograd")).stable_rate
    assert stable < 4e-6  # on 2000 points, 4e-06 diverges
    assert stable < 5e-6  # so does the loop that clears, at 5e-06
    for given in ({"points": 4000}, {"learning_rate": 2e-6}):  # either alone converges
        settings = Settings.of("tensor", **given)
        assert verdict.judge(training.run(settings), settings).kind == "converged"
    one = analysis.quadratic_for(Settings.of("numpy", ladder="one_weight"))
    assert one.hessian[0, 0] == pytest.approx(15)
    line = Settings.of("linear", ladder="linear_regression").learning_rate
    assert 3 * line == pytest.approx(0.03)
    assert sweep_lab("polynomial", degree=5).best.floor < sweep_lab("polynomial").best.floor / 100


def test_only_the_graph_with_the_fifth_power_does_not_bear_ten_times_the_rate():
    """At dynamic e multiplies nothing, x^4, or x^4 + x^5."""
    x = np.linspace(-np.pi, np.pi, 2000)
    cubic = np.vander(x, 4, increasing=True)
    extras = ([], [x**4], [x**4 + x**5])
    limits = [
        2 / np.linalg.eigvalsh(2 * m.T @ m)[-1]
        for m in (np.column_stack([cubic, *extra]) for extra in extras)
    ]
    assert [limit > 1e-7 for limit in limits] == [True, True, False]


def test_a_file_with_a_mistake_is_an_error(monkeypatch):
    monkeypatch.setattr(texts, "page", lambda name, language: line)
    line = '- [a](?stage=numpy&lock=speed "diverges") Predict?'
    with pytest.raises(ValueError, match="speed"):
        ready_tasks.of_page.__wrapped__("learning_rates", "en")
    line = '- [a](?stage=numpy "diverges") ' + "x" * 500
    with pytest.raises(ValueError, match="letters"):
        ready_tasks.of_page.__wrapped__("learning_rates", "en")
