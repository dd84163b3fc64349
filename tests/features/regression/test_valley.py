import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core import analysis, data, training
from playground.core.i18n import LANGUAGES, translator
from playground.core.settings import Settings
from playground.features.regression import valley

OWN = "0,25\n1,3\n2,-7.5\n3,7\n4,9\n5,11\n6,13"


def line(**given):
    return Settings.of("linear", ladder="linear_regression", **given)


@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize("own", ["", OWN, "-900,3\n40,5\n41,-7", "0.1,1\n0.2,2\n0.4,3"])
def test_the_curvatures_are_the_eigenvalues(own, centre):
    found = valley.of(line(data=own), centre=centre)
    hessian = analysis.quadratic_for(line(data=own, centre=centre)).hessian
    for direction in (found.steep, found.flat):
        turned = hessian @ direction.vector
        np.testing.assert_allclose(turned, direction.curvature * direction.vector, atol=1e-6)
    assert found.steep.curvature >= found.flat.curvature
    assert found.ratio == pytest.approx(np.linalg.cond(hessian), rel=1e-6)


def test_what_an_epoch_leaves_is_what_a_run_leaves():
    settings = line(data=OWN, learning_rate=0.02, epochs=30)
    run, found = training.run(settings), valley.of(settings, centre=False)
    away = run.weights - found.best.weights
    for direction in (found.steep, found.flat):
        along = away @ direction.vector
        share = along[3:8] / along[2:7]
        np.testing.assert_allclose(share, direction.left, rtol=1e-3, atol=1e-4)


@given(st.floats(1e-6, 1.999))
def test_so_many_epochs_shrink_a_distance_to_a_tenth_and_one_less_does_not(step):
    direction = valley.Direction(1.0, np.array([1.0, 0.0]), step)
    count = direction.epochs
    assert abs(direction.left) ** count <= 0.1 * (1 + 1e-6)
    assert count == 1 or abs(direction.left) ** (count - 1) > 0.1 * (1 - 1e-6)


@pytest.mark.parametrize(
    ("step", "said"),
    [(0.0, "never"), (2.0, "never"), (2.5, "never: it grows"), (1.0, "1"), (0.9, "1"),
     (1e-12, "more than 1,000,000,000"),
     (1e-320, "never"), (0.01, "230")],
)  # fmt: skip
def test_epochs_in_words(step, said):
    assert valley.epochs(valley.Direction(1.0, np.array([1.0, 0.0]), step), str) == said


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        ([0.8, 0.4], "w up 1, b up 0.5"),
        ([-0.8, 0.4], "w up 1, b down 0.5"),
        ([0.4, -0.8], "b up 1, w down 0.5"),
        ([1.0, 0.0], "w alone"),
        ([1e-12, -1.0], "b alone"),
    ],
)
def test_a_direction_in_words(vector, said):
    assert valley.words(np.array(vector), str) == said


def test_the_table_holds_the_tutorials_numbers():
    """H = [[70, 10], [10, 2]], and [[20, 0], [0, 2]] where x is centred."""
    names, raw, centred = valley.rows(line(), str).values()
    assert len(names) == len(raw) == len(centred)
    high, low = 36 + math.sqrt(34**2 + 100), 36 - math.sqrt(34**2 + 100)
    numbers = list(zip(names, raw, strict=True))
    assert ("its curvature λmax", f"{high:.4g}") in numbers
    assert ("its curvature λmin", f"{low:.4g}") in numbers
    assert ("Ratio λmax / λmin", f"{high / low:.4g}") in numbers
    assert ("Largest stable rate 2 / λmax", f"{2 / high:.4g}") in numbers
    expected = [
        f"{math.ceil(math.log(0.1) / math.log(1 - 0.01 * curvature))}" for curvature in (high, low)
    ]
    assert [said for name, said in numbers if name == "epochs to a tenth"] == expected
    assert centred[names.index("Ratio λmax / λmin")] == "10"
    assert centred[names.index("Least squares: w, b")] == "2, 11"
    assert centred[0], centred[4] == ("w alone", "b alone")
    assert raw[-1] == centred[-1] == "0"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reason_is_filled_with_the_numbers_of_these_points(language):
    _ = translator(language)
    x, _y = data.sample_for(line(data=OWN))
    said = valley.why(line(data=OWN), _)
    for number in (2 * x.mean(), 2 * (x**2).mean(), 2 * x.var()):
        assert f"{number:.4g}" in said
    assert not re.search(r"\{(hessian|centred|twice|ratio|ratio_centred|spread)\}", said)
    assert valley.why(line(data="-1,0\n1,2\n0,5"), _) != said


def test_a_mean_of_0_needs_no_centring():
    assert "centring changes nothing" in valley.why(line(data="-1,0\n1,2\n0,5"), str)
    assert "centring changes nothing" not in valley.why(line(), str)


@given(
    st.lists(st.tuples(*[st.floats(-1e6, 1e6).map(lambda v: float(f"{v:.6g}"))] * 2), min_size=2,
             max_size=20, unique_by=lambda point: np.float32(point[0]))
)  # fmt: skip
def test_centring_never_makes_the_valley_longer(points):
    text = "\n".join(f"{x!r},{y!r}" for x, y in points)
    settings = line(data=text)
    raw, centred = (valley.of(settings, centre=centre) for centre in (False, True))
    assert centred.ratio <= raw.ratio * (1 + 1e-6)
    assert centred.best.stable_rate >= raw.best.stable_rate * (1 - 1e-6)
    assert valley.why(settings, str)
    valley.rows(settings, str)
