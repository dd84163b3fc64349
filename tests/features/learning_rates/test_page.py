import json

import numpy as np
import pytest

from playground.core import analysis, catalog, training
from playground.core.i18n import LANGUAGES, translator
from playground.core.settings import KNOBS
from playground.features.learning_rates import bases, knobs, results, words, work
from playground.features.learning_rates.view import challenge, sweep
from playground.ui import script
from tests.visits import left, result, shown, visit, within

OWN = "0,1\n1,3\n7,2"


def lab(**query):
    return visit("learning_rates", **query)


def ring(at):
    """Return the rate and the loss that are ringed in the sweep's figure."""
    figures = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    (ring,) = [t for f in figures for t in f["data"] if t.get("name") == "replayed"]
    return ring["x"][0], ring["y"][0]


def go(at, page):
    """Go to another page by the menu, which leaves the link's values behind."""
    at.query_params.clear()
    at.switch_page(str(script(page))).run()
    assert not at.exception


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", words.TABS)
def test_a_part_shows_its_figure_and_its_text(part, language):
    at = lab(lab=part, lang=language, epochs=300)
    assert translator(language)(words.HEADLINES[part]) in shown(at)
    assert words.prose(part, language) in shown(at)
    charts = at.get("plotly_chart")
    assert len(charts) == (2 if part == "sweep" else 1)
    assert all(chart.proto.alt for chart in charts)
    assert not at.warning


def test_the_code_shown_is_the_code_that_swept():
    at = lab(epochs=50)
    (code,) = at.code
    assert code.value == catalog.source("learning_rates", "sweep")
    assert work.lesson.__file__.endswith("lessons/learning_rates/sweep.py")


@pytest.mark.slow
def test_the_page_says_what_the_sweep_found():
    at = lab()
    one = knobs.lab("polynomial")
    (found,) = work.swept(one)
    assert words.said_of_sweep(found, one, str) in shown(at)
    for kind in results.RATE_KINDS:
        assert f"**{kind}** {found.kinds.count(kind)} ·" in shown(at)
    table = at.table[0].value
    assert table["λ"].tolist() == [f"{v:.4g}" for v in one.best.eigenvalues]
    assert (
        table["converges up to"].tolist()[-1]
        == f"{analysis.quadratic_for(one.fit).stable_rate:.4g}"
    )
    factors = [f"{v:.5g}" for v in 1 - 1e-6 * one.best.eigenvalues]
    assert table["an epoch, by formula"].tolist() == table["measured"].tolist() == factors


def test_a_link_sets_the_fit_and_the_rate_and_the_stages_own_run_is_replayed():
    at = lab(
        target="exp", points=100, noise=0.1, seed=9, degree=2, epochs=150, learning_rate=3e-5,
        below=1, above=1,
    )  # fmt: skip
    fit = left(at, "learning_rates").fit
    assert (fit.target, fit.points, fit.noise, fit.seed, fit.degree) == ("exp", 100, 0.1, 9, 2)
    one = knobs.lab(
        "polynomial", target="exp", points=100, noise=0.1, seed=9, degree=2, epochs=150,
        below=1, above=1,
    )  # fmt: skip
    settings = knobs.replayed(one, 3e-5)
    assert settings.stage == "nn"
    rate, loss = ring(at)
    assert rate == 3e-5
    assert loss == pytest.approx(training.run(settings).loss[-1], rel=1e-5)
    assert at.metric[0].value == f"{training.run(settings).loss[-1]:.4g}"


@pytest.mark.parametrize("ladder", knobs.FITS)
def test_every_fit_is_swept_and_leads_to_its_own_page(ladder):
    at = lab(ladder=ladder, epochs=40)
    assert left(at, "learning_rates").fit.ladder == ladder
    at.number_input(key="learning_rate").set_value(0.005).run()
    at.button(key="own_page").click().run()
    assert not at.exception
    tried = result(at).tried
    assert tried == knobs.replayed(knobs.lab(ladder, epochs=40), 0.005)
    assert tried.lesson.source in [code.value for code in at.code]


def test_own_points_are_swept():
    at = lab(ladder="linear_regression", data=OWN, noise=0.1, epochs=40)
    fit = left(at, "learning_rates").fit
    assert fit.data == OWN
    best = analysis.quadratic_for(fit)
    assert at.table[0].value["λ"].tolist() == [f"{v:.4g}" for v in best.eigenvalues]
    x = np.array([0.0, 1.0, 7.0])
    mean = 2 * np.array([[(x * x).mean(), x.mean()], [x.mean(), 1]])
    np.testing.assert_allclose(best.hessian, mean)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lab", "race"), ("ladder", "steps"), ("degree", "99"), ("epochs", "-5"),
        ("momentum", "2"), ("below", "nan"), ("above", "-1"), ("learning_rate", "<b>"),
        ("target", "tan"),
    ],
)  # fmt: skip
def test_a_broken_value_in_a_link_falls_back_and_says_so(name, value):
    at = lab(**({"epochs": 50} | {name: value}))
    (warning,) = at.warning
    assert f"{name} is '{value}', but it must be" in warning.value
    assert len(at.get("plotly_chart")) == 2


def test_a_knob_sweeps_again_at_once():
    at = lab(epochs=60)
    at.number_input(key="momentum").set_value(0.5).run()
    assert not at.exception
    border = knobs.lab("polynomial", momentum=0.5).border
    assert border == pytest.approx(1.5 * knobs.lab("polynomial").border)
    assert f"From {border:.4g} on it diverges" in shown(at)


def test_a_press_on_a_mark_is_its_rate():
    rates = [1e-7, 2e-7, 3e-7]

    def event(*points):
        return {"selection": {"points": list(points)}}

    assert sweep.pressed(event({"customdata": 2, "x": 9}), rates) == 3e-7
    assert sweep.pressed(event({"customdata": [1]}), rates) == 2e-7
    assert sweep.pressed(event(), rates) is None
    assert sweep.pressed(event({"x": 1}, {"customdata": 7}), rates) is None


def test_the_slider_and_the_typed_rate_are_one():
    at = lab(epochs=60)
    slider = at.select_slider(key="swept_rate")
    rates = knobs.lab("polynomial", epochs=60).rates
    slider.set_value(float(rates[10])).run()
    assert not at.exception
    assert at.number_input(key="learning_rate").value == rates[10]
    assert ring(at)[0] == pytest.approx(rates[10])
    at.number_input(key="learning_rate").set_value(3.1e-6).run()
    nearest = rates[np.argmin(np.abs(np.log(rates / 3.1e-6)))]
    assert at.select_slider(key="swept_rate").value == nearest


def test_a_rate_too_small_for_the_lessons_is_replayed_at_their_least():
    known = KNOBS["learning_rate"].low
    at = lab(degree=8, points=10_000, epochs=20, below=4)
    assert f"The lessons take no rate below {known:g}" in shown(at)
    least = float(knobs.lab("polynomial", degree=8, points=10_000, epochs=20, below=4).rates[0])
    assert least < known
    at.select_slider(key="swept_rate").set_value(least).run()
    assert not at.exception
    assert at.number_input(key="learning_rate").value == known


def test_a_rate_too_large_for_the_lessons_is_replayed_at_their_most():
    at = lab(ladder="one_weight", above=4, epochs=20)
    assert "The lessons take no rate above 10" in shown(at)
    assert "no rate below" not in shown(at)
    most = float(knobs.lab("one_weight", above=4, epochs=20).rates[-1])
    assert most > 10
    at.select_slider(key="swept_rate").set_value(most).run()
    assert not at.exception
    assert at.number_input(key="learning_rate").value == 10


@pytest.mark.slow
def test_an_attempt_is_kept_and_the_answer_waits_for_the_third():
    at = lab(lab="challenge", learning_rate=2e-6)
    fit = knobs.contest(knobs.lab("polynomial"))
    (best,) = work.fewest(fit)
    answer = words.said_of_fewest(best, fit, str)
    for count, rate in enumerate((2e-6, 3e-6, 4e-6), start=1):
        assert answer not in shown(at)
        at.number_input(key="learning_rate").set_value(rate)
        at.button(key="attempt").click().run()
        assert not at.exception
        (one,) = work.attempt(fit, rate)
        assert words.said_of_attempt(one, best, str) in shown(at)
        assert len(within(at, challenge.attempts)[fit]) == count
    assert answer in shown(at)
    go(at, "graph")
    go(at, "learning_rates")
    at.get_by_key("lab").set_value("challenge").run()
    assert len(within(at, challenge.attempts)[fit]) == 3
    assert answer in shown(at)


def test_the_answer_shows_at_a_press():
    at = lab(lab="challenge", ladder="one_weight")
    fit = knobs.contest(knobs.lab("one_weight"))
    (best,) = work.fewest(fit)
    assert words.said_of_fewest(best, fit, str) not in shown(at)
    at.button(key="answer").click().run()
    assert words.said_of_fewest(best, fit, str) in shown(at)


def test_a_visitor_who_is_faster_than_all_that_were_tried_has_the_answer(monkeypatch):
    beside = results.Fewest.beside
    none = results.Fewest(float("nan"), None)
    monkeypatch.setattr(results.Fewest, "beside", lambda self, tried: beside(none, tried))
    at = lab(lab="challenge", ladder="one_weight", learning_rate=0.01)
    at.button(key="attempt").click().run()
    at.button(key="answer").click().run()
    assert "The best rate that was tried is 0.01:" in shown(at)
    assert "No rate that was tried is faster." in shown(at)


def test_the_attempts_are_bounded(monkeypatch):
    monkeypatch.setattr(challenge, "MOST_ATTEMPTS", 2)
    monkeypatch.setattr(challenge, "MOST_FITS", 1)
    at = lab(lab="challenge", ladder="one_weight")
    for rate in (0.01, 0.02, 0.03):
        at.number_input(key="learning_rate").set_value(rate)
        at.button(key="attempt").click().run()
    (tried,) = within(at, challenge.attempts).values()
    assert [one.rate for one in tried] == [0.02, 0.03]
    at.selectbox(key="ladder").set_value("polynomial").run()
    at.button(key="attempt").click().run()
    (fit,) = within(at, challenge.attempts)
    assert fit.ladder == "polynomial"


@pytest.mark.slow
def test_the_conditions_are_those_of_the_bases():
    at = lab(lab="conditioning", epochs=200)
    table = at.table[0].value
    fit = knobs.lab("polynomial").fit
    conditions = [np.linalg.cond(bases.problem(fit, name)[0]) ** 2 for name in bases.BASES]
    assert table["condition"].tolist() == [f"{value:.4g}" for value in conditions]
    assert table["epochs to arrive"].tolist()[-1] == "1"


def test_with_momentum_the_border_of_a_basis_is_named_by_its_formula():
    at = lab(lab="conditioning", epochs=50, momentum=0.9)
    border = knobs.lab("polynomial", momentum=0.9).border
    assert at.table[0].value["2·1.9/λmax"].tolist()[0] == f"{border:.4g}"


def test_going_to_a_stage_and_back_leaves_both_as_they_were():
    at = lab(epochs=70, learning_rate=2e-6, target="exp", momentum=0.5)
    go(at, "stages")
    tried = result(at).tried
    assert (tried.epochs, tried.learning_rate, tried.target) == (2000, 1e-6, "sin")
    at.number_input(key="seed").set_value(3).run()
    go(at, "learning_rates")
    fit = left(at, "learning_rates").fit
    assert (fit.epochs, fit.target, fit.seed, fit.momentum) == (70, "exp", 0, 0.5)
    assert at.number_input(key="learning_rate").value == 2e-6
    go(at, "stages")
    assert (result(at).tried.seed, result(at).tried.target) == (3, "sin")


def test_the_first_visit_takes_the_fit_along():
    at = visit("regression", data=OWN, epochs=80, learning_rate=0.02)
    go(at, "learning_rates")
    fit = left(at, "learning_rates").fit
    assert (fit.ladder, fit.data, fit.epochs) == ("linear_regression", OWN, 80)
    assert ring(at)[0] == 0.02
    at.selectbox(key="ladder").set_value("polynomial").run()
    fit = left(at, "learning_rates").fit
    assert (fit.ladder, fit.epochs) == ("polynomial", 2000)
    assert ring(at)[0] == 1e-6


def test_at_momentum_1_nothing_converges():
    at = visit("learning_rates", momentum=1.0, epochs=60, learning_rate=1e-6)
    table = next(one.value for one in at.table if "converges up to" in one.value)
    assert set(table["converges up to"]) == {"–"}
    assert set(table["a tenth after"]) == {"∞"}
    assert "At momentum 1 nothing comes to rest" in shown(at)
