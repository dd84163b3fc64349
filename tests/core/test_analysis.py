import numpy as np
import pytest

import playground
from playground.core import analysis, data, history, training
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


def of(loss, ended="finished"):
    return History(names=("a",), loss=np.array(loss, dtype=float), ended=ended)


def test_what_counts_as_arrived():
    assert analysis.near(8.0, 1e12) == pytest.approx(8.08)
    assert analysis.near(0.0, 50.0) == pytest.approx(5e-9)


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
