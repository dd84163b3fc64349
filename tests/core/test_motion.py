"""What algebra knows of a run, beside the run: the oracle is the loop itself, in float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core import analysis, motion, training
from playground.core.analysis import Quadratic
from playground.core.motion import Motion, Steps
from playground.core.settings import Settings


def descend(moved, epochs):
    """Return the losses of SGD's own loop, as torch.optim.SGD documents it."""
    by, best = moved.steps, moved.best
    weights, velocity = moved.start.copy(), np.zeros_like(moved.start)
    losses = []
    for _ in range(epochs):
        losses.append(best.at(weights))
        slope = best.hessian @ (weights - best.weights) + by.weight_decay * weights
        velocity = by.momentum * velocity + slope
        weights = weights - by.rate * (slope + by.momentum * velocity if by.nesterov else velocity)
    return np.array(losses), weights


ANY = (0.0, 0.3, 0.9, 1.0)


@st.composite
def motions(draw, momenta=ANY):
    count = draw(st.integers(1, 4))
    numbers = st.floats(-3, 3)
    columns = np.array(draw(st.lists(numbers, min_size=3 * count, max_size=3 * count)))
    columns = columns.reshape(3, count)
    hessian = columns.T @ columns + np.diag(np.linspace(0.5, 2.0, count))
    weights = st.lists(numbers, min_size=count, max_size=count).map(np.array)
    best = Quadratic(draw(weights), 0.5, hessian)
    held = draw(st.sampled_from(momenta))
    steps = Steps(
        rate=draw(st.floats(0.01, 0.95)) * 2 / best.eigenvalues[-1],
        momentum=held,
        nesterov=bool(held) and draw(st.booleans()),
        weight_decay=draw(st.sampled_from([0.0, 0.5])),
    )
    return Motion(best, steps, draw(weights))


@given(motions())
def test_the_losses_are_those_of_the_loop(moved):
    losses, _weights = descend(moved, 60)
    with np.errstate(over="ignore", invalid="ignore"):
        np.testing.assert_allclose(moved.losses(np.arange(60)), losses, rtol=1e-5, atol=1e-5)


@given(motions([0.0, 0.5]), st.floats(0.9, 1.1))
def test_the_border_is_where_the_steps_stop_coming_to_rest(moved, share):
    steps = Steps(**vars(moved.steps) | {"rate": share * moved.border})
    beside = Motion(moved.best, steps, moved.rest + moved.directions[:, -1])
    _losses, weights = descend(beside, 3)
    assert (beside.factor < 1) == (share < 1) or abs(share - 1) < 1e-6
    assert np.isfinite(weights).all()


@given(motions([0.0, 0.3, 0.9]))
def test_where_it_comes_to_rest_no_step_moves_it(moved):
    by, best = moved.steps, moved.best
    slope = best.hessian @ (moved.rest - best.weights) + by.weight_decay * moved.rest
    np.testing.assert_allclose(slope, 0, atol=1e-9)
    assert moved.rest_loss == pytest.approx(best.at(moved.rest))


@given(motions([0.0, 0.3, 0.6]))
def test_the_arrival_is_the_first_epoch_that_stays_near(moved):
    arrives = moved.arrives()
    if moved.factor > 0.97 or arrives is None:
        return
    losses, _weights = descend(moved, 1000)
    away = losses > analysis.near(moved.rest_loss, losses[0])
    assert arrives == (np.flatnonzero(away)[-1] + 1 if away.any() else 0)


@pytest.mark.parametrize(
    ("stage", "ladder", "given"),
    [
        ("numpy", "polynomial", {}),
        ("numpy", "one_weight", {"gradient": "notebook"}),
        ("nn", "polynomial", {"degree": 5, "learning_rate": 5e-8}),
        ("module", "polynomial", {"momentum": 0.99, "learning_rate": 1e-7, "epochs": 300}),
        ("module", "polynomial", {"momentum": 0.9, "nesterov": True, "weight_decay": 1.0}),
        ("loss_and_optimizer", "one_weight", {"momentum": 1.0, "epochs": 200}),
        ("linear", "linear_regression", {"momentum": 0.5, "weight_decay": 0.3, "centre": True}),
    ],
)
def test_a_real_run_moves_as_algebra_says(stage, ladder, given):
    settings = Settings.of(stage, ladder=ladder, **{"epochs": 300, **given})
    run, moved = training.run(settings), motion.motion(settings)
    expected = moved.losses(np.arange(len(run.loss)))
    np.testing.assert_allclose(run.loss, expected, rtol=1e-3, atol=1e-6 * run.loss[0])


@pytest.mark.parametrize(
    ("stage", "given"),
    [("custom_function", {}), ("dynamic", {}), ("optim", {}), ("optim", {"optimizer": "Adam"})],
)
def test_what_algebra_does_not_know_has_no_motion(stage, given):
    assert motion.motion(Settings.of(stage, **given)) is None


def test_the_published_borders():
    """2 (1 + β) / λmax, and for Nesterov's step 2 (1 + β) / ((1 + 2β) λmax)."""
    highest = analysis.quadratic_for(Settings.of("module")).eigenvalues[-1]
    for knobs, expected in (
        ({}, 2 / highest),
        ({"momentum": 0.9}, 3.8 / highest),
        ({"momentum": 0.9, "nesterov": True}, 3.8 / (2.8 * highest)),
        ({"weight_decay": 10.0}, 2 / (highest + 10)),
    ):
        assert motion.motion(Settings.of("module", **knobs)).border == pytest.approx(expected)
