"""What the prose of the lines' lessons claims beyond its verdicts, held by real runs."""

import dataclasses

import numpy as np
import pytest

from playground.core import analysis, catalog, data, texts, training
from playground.core.quantities import facts as facts_at
from playground.core.settings import Settings


def facts(ladder, stage):
    return facts_at(Settings.of(stage, ladder=ladder))


@pytest.mark.parametrize(
    ("fact", "stage", "run", "knobs"),
    [
        ("prediction", "numpy", "numpy", {}),
        ("prediction", "autograd", "autograd", {}),
        ("prediction", "loss_and_optimizer", "loss_and_optimizer", {}),
        ("notebook_prediction", "numpy", "numpy", {"gradient": "notebook"}),
        ("end_prediction", "linear", "linear", {}),
        ("alone_prediction", "linear", "autograd", {"learning_rate": 0.001, "epochs": 1000}),
    ],
)
def test_the_prediction_in_the_prose_is_the_one_that_training_reaches(fact, stage, run, knobs):
    settings = Settings.of(run, ladder="one_weight", **knobs)
    final = np.array([list(training.run(settings).final.values())])
    predicted = analysis.curves(settings, final, np.array([5.0])).item()
    assert float(facts("one_weight", stage)[fact]) == pytest.approx(predicted, rel=5e-4)


def test_the_weights_in_the_prose_are_where_training_ends():
    said = facts("one_weight", "linear")
    final = training.run(Settings.of("linear", ladder="one_weight")).final
    assert float(said["end_b"]) == pytest.approx(final["b"], rel=5e-4)
    assert float(said["end_w"]) == pytest.approx(final["w"], rel=5e-4)


@pytest.mark.parametrize("ladder", ["one_weight", "linear_regression"])
def test_along_the_flat_direction_a_line_turns_about_the_pivot(ladder):
    """Rayleigh: no other direction changes the loss less, and the pivot's height stays."""
    best = analysis.quadratic_for(Settings.of("linear", ladder=ladder))
    pivot = float(facts(ladder, "linear")["pivot"])
    way = np.array([1.0, -pivot]) / np.hypot(1.0, pivot)
    assert way @ best.hessian @ way == pytest.approx(best.eigenvalues[0], rel=1e-3)


def test_a_swing_dies_down_as_the_prose_says():
    """Over many epochs the distance shrinks by the root's size, to the phase of the swing."""
    settings = Settings.of("loss_and_optimizer", ladder="one_weight", momentum=0.9, epochs=100)
    away = np.abs(training.run(settings).weights[:, 0] - 2.0)
    peaks = away[:20].max(), away[60:80].max()
    said = float(facts("one_weight", "loss_and_optimizer")["swing"])
    assert (peaks[1] / peaks[0]) ** (1 / 60) == pytest.approx(said, rel=0.01)


def test_weight_decay_stops_where_the_pulls_are_equal():
    settings = Settings.of("loss_and_optimizer", ladder="one_weight", weight_decay=1.0, epochs=300)
    said = float(facts("one_weight", "loss_and_optimizer")["decayed"])
    assert training.run(settings).final["w"] == pytest.approx(said, rel=1e-5)


def test_the_stages_of_one_weight_are_one_run():
    runs = [
        training.run(Settings.of(stage, ladder="one_weight"))
        for stage in ("autograd", "loss_and_optimizer")
    ]
    assert (runs[0].loss == runs[1].loss).all()


def test_one_point_that_is_off_doubles_the_slope_and_hides():
    lesson = catalog.LADDERS["linear_regression"].stages["linear"]
    settings = texts.prose(lesson, "en").tries[2].settings(lesson)
    x, y = data.sample_for(settings)
    weights = analysis.quadratic_for(settings).weights
    np.testing.assert_array_equal(y - (2 * x + 1), [0, 0, 0, 0, 10])
    assert weights[0] == pytest.approx(2 * 2)
    residuals = np.abs(analysis.curves(settings, weights[None], x)[0, 0] - y)
    assert residuals[-1] == pytest.approx(residuals[-2])


def test_at_the_limit_the_weight_jumps_from_side_to_side():
    lesson = catalog.LADDERS["one_weight"].stages["autograd"]
    run = training.run(texts.prose(lesson, "en").tries[1].settings(lesson))
    np.testing.assert_allclose(run.weights[:, 0], [0.0, 4.0] * 15, atol=1e-5)


def test_adam_arrives_too_and_the_best_scales_make_the_valley_so_much_rounder():
    """Scales that make both diagonal entries 1 are the best of two weights (van der Sluis)."""
    line = Settings.of("linear", ladder="linear_regression")
    adam = dataclasses.replace(line, optimizer="Adam", learning_rate=0.3, epochs=300)
    assert training.run(adam).finite[-1] < 1e-10
    hessian = analysis.quadratic_for(line).hessian
    said = facts("linear_regression", "linear")
    assert said["condition"] == pytest.approx(np.linalg.cond(hessian))

    def scaled(scale):
        return np.linalg.cond(hessian * np.outer([scale, 1], [scale, 1]))

    best = min(map(scaled, np.geomspace(0.01, 1, 2001)))
    assert said["scaled_condition"] == pytest.approx(best, rel=1e-4)
