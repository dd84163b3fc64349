import numpy as np
import pytest

import playground
from playground.core import analysis, data, history, texts, training
from playground.core.history import History
from playground.core.settings import Settings
from tests.samples import length


def best(degree=3, target="sin", points=2000):
    return analysis.quadratic(*data.sample(target, points), degree)


def test_least_squares_and_floor():
    np.testing.assert_allclose(best().weights, [0, 0.856741, 0, -0.0933304], rtol=1e-5, atol=1e-12)
    assert best().floor == pytest.approx(8.81717, rel=1e-6)
    assert best(5).floor == pytest.approx(0.0372, rel=1e-3)


def test_no_weights_near_the_best_have_a_lower_loss():
    x, y = data.sample("exp", 500)
    fit = analysis.quadratic(x, y, 4)
    rng = np.random.default_rng(0)
    for _ in range(50):
        weights = fit.weights + 1e-3 * rng.standard_normal(5)
        assert np.square(np.polynomial.polynomial.polyval(x, weights) - y).sum() > fit.floor


def test_curvature_and_largest_stable_rate():
    np.testing.assert_allclose(best().eigenvalues, [1727.5, 2066.0, 80355.8, 562121.9], rtol=5e-5)
    assert best().stable_rate == pytest.approx(3.558e-6, rel=1e-4)
    assert best(5).stable_rate == pytest.approx(5.75e-8, rel=1e-3)
    condition = best().eigenvalues[-1] / best().eigenvalues[0]
    assert condition == pytest.approx(325, rel=2e-3)


@pytest.mark.parametrize("degree", [2, 3, 5])
def test_the_largest_stable_rate_is_the_border(degree, pytestconfig):
    stable, epochs = best(degree).stable_rate, length(pytestconfig, 800, 3000)
    below = playground.run("nn", degree=degree, epochs=epochs, learning_rate=0.99 * stable)
    above = playground.run("nn", degree=degree, epochs=epochs, learning_rate=1.01 * stable)
    assert below.loss[-1] < below.loss[400] * 1.001
    assert above.ended == history.DIVERGED or above.loss[-1] > 100 * above.loss[400]


def test_the_custom_functions_polynomial_is_its_own():
    weights = np.array([0.5, -1.2, 0.3, 0.7])
    a, b, c, d = weights
    x = np.linspace(-3, 3, 11)
    z = c + d * x
    expected = a + b * (5 * z**3 - 3 * z) / 2
    np.testing.assert_allclose(
        analysis.curves(Settings.of("custom_function"), weights[None], x)[0, 0],
        expected,
        rtol=1e-12,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "given", "kind"),
    [
        ("autograd", {}, "falling"),
        ("autograd", {"learning_rate": 3e-6, "epochs": 1200}, "converged"),
        ("autograd", {"learning_rate": 3.56e-6}, "growing"),
        ("autograd", {"learning_rate": 4e-6}, "diverged"),
        ("autograd", {"learning_rate": 3.6e-6, "epochs": 50}, "growing"),
        ("autograd", {"epochs": 1}, "started"),
        ("autograd", {"epochs": 20}, "falling"),
        ("optim", {}, "stalled"),
        ("optim", {"learning_rate": 1e-2, "epochs": 500}, "oscillating"),
        ("optim", {"optimizer": "NAdam", "epochs": 1000}, "converged"),
        ("optim", {"optimizer": "SGD", "momentum": 1.0, "epochs": 500}, "oscillating"),
        ("nn", {"target": "cubic", "learning_rate": 3e-6}, "converged"),
        ("nn", {"target": "step", "learning_rate": 3e-6, "epochs": 1200}, "converged"),
    ],
)
def test_the_verdict_on_a_real_run(stage, given, kind):
    settings = Settings.of(stage, **given)
    judged = analysis.verdict(training.run(settings), analysis.quadratic_for(settings).floor)
    assert judged.kind == kind
    assert judged.kind in analysis.VERDICTS


def of(loss, ended="finished"):
    return History(names=("a",), loss=np.array(loss, dtype=float), ended=ended)


def test_the_numbers_of_a_verdict_are_those_of_the_run():
    falling = analysis.verdict(of(100 * 0.99 ** np.arange(300)), floor=1.0)
    assert falling.kind == "falling"
    assert falling.numbers["percent"] == pytest.approx(100 * (1 - 0.99**100))
    assert falling.numbers["times"] == pytest.approx(100 * 0.99**299)
    assert analysis.verdict(of([3, 9, 81, np.inf], "diverged"), 1.0).numbers == {"epoch": 3}
    swinging = analysis.verdict(of([100, 50, *([20, 30] * 50)]), 1.0)
    assert swinging.kind == "oscillating"
    assert swinging.numbers == {"low": 20, "high": 30}


def test_a_floor_of_zero_divides_nothing():
    for loss in (100 * 0.99 ** np.arange(300), np.full(300, 5.0), 1e-9 * np.ones(300)):
        assert analysis.verdict(of([100, *loss]), floor=0.0).kind in analysis.VERDICTS


def test_a_loss_of_zero_that_rises_again_divides_nothing():
    """Plain momentum on one weight: exactly at the lowest point, and through it."""
    settings = Settings.of(
        "loss_and_optimizer",
        ladder="one_weight",
        learning_rate=0.0666666667,
        momentum=0.9,
        epochs=3,
    )
    run = training.run(settings)
    assert run.loss[1] == 0
    judged = analysis.verdict(run, analysis.quadratic_for(settings).floor)
    assert judged.kind == "growing"
    assert texts.sentence(judged, str) == "Growing: the loss ends at 24.3, after it had been 0."
    fallen = of([100, *np.linspace(50, 1, 98), *np.zeros(40), *np.full(100, 5.0)])
    assert analysis.verdict(fallen, 0.0).kind in analysis.VERDICTS


def test_what_counts_as_arrived():
    assert analysis.near(8.0, 1e12) == pytest.approx(8.08)
    assert analysis.near(0.0, 50.0) == pytest.approx(5e-9)


def test_a_high_start_makes_nothing_arrive_above_its_floor():
    own = "0,100000\n1,100000.3\n2,100000\n3,100000.3"
    settings = Settings.of(
        "linear", ladder="linear_regression", data=own, centre=True, learning_rate=0.1, epochs=1000
    )
    run, floor = training.run(settings), analysis.quadratic_for(settings).floor
    assert run.loss[-1] > 1.01 * floor > 0
    assert analysis.verdict(run, floor).kind != "converged"


@pytest.mark.parametrize("own", ["0,0.1\n1,0.3\n2,0.5\n3,0.7", "0.1,99.7\n0.2,99.4\n0.3,99.1"])
def test_points_on_a_line_to_float32_have_a_floor_of_0_and_are_reached(own):
    settings = Settings.of(
        "linear", ladder="linear_regression", data=own, centre=True, optimizer="LBFGS", epochs=50
    )
    best = analysis.quadratic_for(settings)
    assert best.floor == 0
    assert analysis.verdict(training.run(settings), best.floor).kind == "converged"


def test_a_graph_with_more_terms_may_end_below_the_cubics_floor():
    judged = analysis.verdict(of([100, *[9.77] * 300]), 10.0)
    assert judged.kind == "converged"
    said = texts.sentence(judged, str)
    assert said == "Converged: the loss is below the least-squares floor, at 0.977 times it."
    nearly = analysis.verdict(of([100, *[9.99999] * 300]), 10.0)
    assert "within 0 %" in texts.sentence(nearly, str)


def test_the_share_of_the_gap_that_is_closed():
    assert analysis.gap_closed(of([11.0, 6.0]), floor=1.0) == pytest.approx(0.5)
    assert analysis.gap_closed(of([11.0, 1.0]), floor=1.0) == 1
    assert analysis.gap_closed(of([1.0, 1.0]), floor=1.0) == 0


@pytest.mark.parametrize("stage", ["numpy", "custom_function", "nn"])
def test_the_beginning_is_the_first_snapshot_of_the_run(stage):
    settings = Settings.of(stage, seed=4, epochs=1)
    begun, run = analysis.beginning(settings), training.run(settings)
    np.testing.assert_allclose(begun.loss, run.loss, rtol=1e-5)
    np.testing.assert_allclose(begun.weights, run.weights, rtol=1e-6)
