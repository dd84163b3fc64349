"""The numbers that the two ladders of lines hold, by algebra and by torch itself."""

import numpy as np
import pytest
import torch

from playground.core import analysis, data, training
from playground.core.settings import Settings

LOSSES = [
    30, 21.67499924, 15.66018772, 11.31448650, 8.17471695,
    5.90623236, 4.26725292, 3.08308983, 2.22753215, 1.60939169,
]  # fmt: skip
WEIGHTS = [0.300, 0.555, 0.772, 0.956, 1.113, 1.246, 1.359, 1.455, 1.537, 1.606]
OWN = "0,25\n1,3\n2,-7.5\n3,7\n4,9\n5,11\n6,13"
GIVEN = [
    {},
    {"data": OWN},
    {"noise": 2.0, "seed": 5, "points": 30},
    {"data": "-900,3\n40,5\n41,-7"},
]


def one(stage, **given):
    return Settings.of(stage, ladder="one_weight", **given)


def line(**given):
    return Settings.of("linear", ladder="linear_regression", **given)


def after_each(run):
    """Return the weights after every epoch of a run that kept them all."""
    return np.vstack([run.weights[1:], list(run.final.values())])


@pytest.mark.parametrize("stage", ["numpy", "autograd", "loss_and_optimizer"])
def test_one_weight_walks_down_as_the_tutorial_says(stage):
    run = training.run(one(stage))
    np.testing.assert_allclose(run.loss, LOSSES, rtol=1e-6)  # theirs were float32
    np.testing.assert_allclose(after_each(run)[:, 0], WEIGHTS, atol=5.1e-4)
    assert run.weights[0, 0] == 0


def test_torchs_losses_are_those_of_the_issue_to_every_digit():
    run = training.run(one("loss_and_optimizer"))
    assert [f"{loss:.8f}" for loss in run.loss] == [f"{loss:.8f}" for loss in LOSSES]
    assert [f"{w:.3f}" for w in after_each(run)[:, 0]] == [f"{w:.3f}" for w in WEIGHTS]


def test_the_notebooks_gradient_is_a_sum_and_learns_four_times_as_fast():
    run = training.run(one("numpy", gradient="notebook"))
    np.testing.assert_allclose(run.loss[:4], [30, 4.8, 0.768, 0.12288], rtol=1e-12)
    assert f"{5 * run.final['w']:.3f}" == "9.999"
    same = training.run(one("numpy", learning_rate=0.04))
    np.testing.assert_allclose(run.loss, same.loss, rtol=1e-12)


@pytest.mark.parametrize("gradient", ["mean", "notebook"])
def test_one_weights_closed_form(gradient):
    """Each step multiplies the distance to 2 by 1 - rate * curvature."""
    settings = one("numpy", gradient=gradient)
    run = training.run(settings)
    shrink = 1 - 0.01 * analysis.quadratic_for(settings).hessian[0, 0]
    assert shrink == pytest.approx({"mean": 0.85, "notebook": 0.4}[gradient])
    distance = 2 * shrink ** np.arange(10)
    np.testing.assert_allclose(run.weights[:, 0], 2 - distance, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(run.loss, 7.5 * distance**2, rtol=1e-12)


@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize("given", GIVEN)
def test_a_lines_closed_form(given, centre):
    """w(k) = w* + (I - rate H)^k (w(0) - w*)."""
    problem = line(centre=centre, **given)
    best = analysis.quadratic_for(problem)
    settings = line(
        centre=centre, learning_rate=float(f"{0.3 * best.stable_rate:.3g}"), epochs=40, **given
    )
    run = training.run(settings)
    step = np.eye(2) - settings.learning_rate * best.hessian
    start = np.array(data.start(settings))
    size = np.abs(start - best.weights).max()
    for k in (1, 2, 10, 39):
        expected = best.weights + np.linalg.matrix_power(step, k) @ (start - best.weights)
        np.testing.assert_allclose(run.weights[k], expected, atol=2e-5 * size)


@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize("given", GIVEN)
def test_the_least_squares_line_is_numpys_and_the_curvature_torchs(given, centre):
    settings = line(centre=centre, **given)
    best = analysis.quadratic_for(settings)
    x, y = data.sample_for(settings)
    x = x - x.mean() if centre else x
    np.testing.assert_allclose(best.weights, np.polyfit(x, y, 1), rtol=1e-9, atol=1e-9)
    left = np.mean((np.polyval(best.weights, x) - y) ** 2)
    assert best.floor == pytest.approx(left, rel=1e-9, abs=1e-15)
    inputs, targets = torch.tensor(x), torch.tensor(y)

    def loss(weights):
        return torch.nn.functional.mse_loss(weights[0] * inputs + weights[1], targets)

    start = torch.zeros(2, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(loss, start).numpy()
    np.testing.assert_allclose(best.hessian, hessian, rtol=1e-10, atol=1e-10)
    assert best.stable_rate == pytest.approx(2 / np.linalg.eigvalsh(hessian)[-1])


@pytest.mark.parametrize("given", GIVEN)
def test_the_largest_stable_rate_is_the_border_for_ones_own_points(given):
    stable = analysis.quadratic_for(line(**given)).stable_rate
    below = training.run(line(learning_rate=0.95 * stable, epochs=400, **given))
    above = training.run(line(learning_rate=1.05 * stable, epochs=400, **given))
    assert below.loss[-1] <= below.loss[0] * 1.001
    assert above.loss[-1] > 100 * above.loss[1]


def test_centring_moves_the_weights_and_not_the_line():
    x = np.linspace(-3, 12, 7)
    lines = []
    for centre in (False, True):
        settings = line(data=OWN, centre=centre)
        best = analysis.quadratic_for(settings).weights[None]
        lines.append(analysis.curves(settings, best, x)[0, 0])
    np.testing.assert_allclose(lines[0], lines[1], rtol=1e-9)
