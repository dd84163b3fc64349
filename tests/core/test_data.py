import dataclasses

import numpy as np
import pytest

from playground.core import analysis, data
from playground.core.settings import Settings


def test_the_samples_are_the_tutorials():
    x, y = data.sample("sin", 2000)
    np.testing.assert_allclose(x, np.linspace(-np.pi, np.pi, 2000))
    np.testing.assert_allclose(y, np.sin(x))


def test_noise_has_the_standard_deviation_asked_for_and_comes_from_the_seed():
    clean = data.sample("sin", 10_000)[1]
    noisy = data.sample("sin", 10_000, 0.5, 7)[1]
    assert (noisy - clean).std() == pytest.approx(0.5, rel=0.05)
    np.testing.assert_array_equal(noisy, data.sample("sin", 10_000, 0.5, 7)[1])
    assert not np.array_equal(noisy, data.sample("sin", 10_000, 0.5, 8)[1])


def test_a_seed_gives_every_stage_the_same_start():
    four = data.start(Settings.of("numpy", seed=3))
    for stage in ("tensor", "autograd", "nn", "optim", "module", "dynamic"):
        assert data.start(Settings.of(stage, seed=3))[:4] == four
    assert data.start(Settings.of("nn", degree=5, seed=3))[:4] == four
    assert len(data.start(Settings.of("nn", degree=5))) == 6
    assert len(data.start(Settings.of("dynamic"))) == 5


def test_a_cubic_fits_three_waves_badly_and_a_cubic_exactly():
    """A cubic turns at most twice; sin 3x turns six times on [-pi, pi]."""
    x, waves = data.sample("sin3", 2000)
    assert analysis.quadratic(x, waves, 3).floor > 0.8 * float(waves @ waves)
    assert analysis.quadratic(*data.sample("cubic", 2000), 3).floor == 0


def test_shared_samples_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        data.sample("sin", 100)[1][0] = 1


@pytest.mark.parametrize("noise", [0.0, 0.7])
@pytest.mark.parametrize("own", ["", "45000.01,1.5\n45000.02,2.1\n45000.03,2.7\n45000.04,3.6"])
def test_a_line_is_fitted_to_the_points_that_float32_has(own, noise):
    x, y = data.line(50, own, noise, 3)
    for values in (x, y):
        np.testing.assert_array_equal(values, values.astype(np.float32))
    settings = Settings.of("linear", ladder="linear_regression", data=own, noise=noise, points=50)
    slope, height = np.polyfit(x - x.mean(), y, 1)
    floor = np.square(slope * (x - x.mean()) + height - y).mean()
    assert analysis.quadratic_for(dataclasses.replace(settings, seed=3)).floor == pytest.approx(
        floor, rel=1e-3, abs=1e-12
    )


def test_the_recipe_makes_the_points_that_were_given():
    own = "45000.01,1.5\n45000.02,1013.21"
    settings = Settings.of("linear", ladder="linear_regression", data=own, noise=0.5, seed=3)
    made = {"np": np}
    exec("\n".join(data.recipe(settings)), made)
    np.testing.assert_array_equal(made["x"], [45000.01, 45000.02])
    for name, values in zip("xy", data.sample_for(settings), strict=True):
        np.testing.assert_array_equal(made[name].astype(np.float32), values)
