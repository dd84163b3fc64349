import json
from functools import partial

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from playground.core import analysis, data, history, replay, surfaces, training
from playground.core.history import History
from playground.core.relief import Relief, View
from playground.core.settings import Settings
from playground.core.surfaces import relief as surface
from playground.core.surfaces import shared

OWN = "0,25\n1,3\n2,-7.5\n3,7\n4,9\n5,11\n6,13"
DATA = {
    "the line": {},
    "own": {"data": OWN},
    "centred": {"data": OWN, "centre": True},
    "noisy": {"noise": 1.5, "seed": 3, "points": 40},
    "huge": {"data": "100000,2\n110000,-300000\n120000,5", "learning_rate": 1e-10},
    "tiny": {"data": "1e-5,2e-6\n1.1e-5,3e-6\n1.2e-5,-1e-6"},
}
VIEWS = ("contour", "relief")


def line(**given):
    return Settings.of("linear", ladder="linear_regression", **{"epochs": 60} | given)


def one(stage="autograd", **given):
    return Settings.of(stage, ladder="one_weight", **given)


def panel(settings, view="contour"):
    run = training.run(settings)
    return run, surfaces.panel(run, settings, View(view), str)


def loss(settings, w, b=0.0):
    """Return the mean squared error from its definition."""
    x, y = data.sample_for(settings)
    x = x - x.mean() if settings.centre else x
    return np.mean((np.multiply.outer(w, x) + np.asarray(b)[..., None] - y) ** 2, axis=-1)


def known(given):
    return [pytest.param(settings, id=name) for name, settings in given.items()]


def texts(trace):
    return [text for text in np.ravel(trace.get("text") or ()) if text]


@pytest.mark.parametrize("given", known(DATA))
def test_a_level_line_has_the_loss_it_claims(given):
    settings = line(**given)
    _run, drawn = panel(settings)
    levels = next(t for t in drawn.still if any("loss" in text for text in texts(t)))
    w, b = (np.array(levels[axis], dtype=float) for axis in "xy")
    there = np.isfinite(w)
    claimed = np.array([float(text.split()[-1]) for text in levels["text"]])
    assert there.sum() > 200
    x, _y = data.sample_for(settings)
    rise = claimed[there] - analysis.quadratic_for(settings).floor
    far = np.abs(x).max() * np.abs(w[there]) + np.abs(b[there])  # rounded to four digits
    rounding = 2e-3 * far * np.sqrt(np.abs(rise)) + 1e-6 * far**2
    within = np.abs(loss(settings, w[there], b[there]) - claimed[there])
    assert (within <= 1e-3 * claimed[there] + rounding).all()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("given", known(DATA))
def test_the_way_on_the_surface_is_the_runs(given, view):
    run, drawn = panel(line(**given), view)
    best = analysis.quadratic_for(line(**given)).weights
    near = (
        np.abs(run.weights - best).max(axis=1) <= shared.FAR * np.abs(run.weights[0] - best).max()
    )
    for k in range(len(run.epochs)):
        (change,) = drawn.at[k]
        place = change["customdata"][0] if view == "relief" else [change["x"][0], change["y"][0]]
        if near[k]:
            np.testing.assert_allclose(place, run.weights[k], rtol=1e-3, atol=1e-12)
        else:
            assert [change["x"][0], change["y"][0]] == [None, None]


@pytest.mark.parametrize("given", known(DATA))
def test_the_directions_are_the_orthogonal_eigenvectors(given):
    settings = line(**given)
    _run, drawn = panel(settings)
    x, y = (torch.tensor(v) for v in data.sample_for(settings))
    x = x - x.mean() if settings.centre else x

    def mean_squares(weights):
        return ((weights[0] * x + weights[1] - y) ** 2).mean()

    start = torch.zeros(2, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(mean_squares, start).numpy()
    lines = [t for t in drawn.still if any("λ" in text for text in texts(t))]
    ways = [np.array([np.diff(t["x"])[0], np.diff(t["y"])[0]]) for t in lines]
    low, high = (np.array(drawn.layout[axis]["range"]) for axis in ("xaxis3", "yaxis3"))
    for t, way in zip(lines, ways, strict=True):
        said = float(texts(t)[0].split()[-1])
        values, vectors = np.linalg.eigh(hessian)
        near = int(np.argmin(np.abs(values - said)))
        assert said == pytest.approx(values[near], rel=5e-3, abs=1e-9 * values[-1])
        across = abs(float(vectors[:, 1 - near] @ way)) / np.linalg.norm(way)
        assert across < 1e-2
        assert low[0] <= min(t["x"]) <= max(t["x"]) <= low[1]
        assert high[0] <= min(t["y"]) <= max(t["y"]) <= high[1]
    assert len(lines) == 2


@pytest.mark.parametrize("turn", [0, 135])
def test_the_relief_is_the_loss_seen_from_aside_and_the_run_goes_down_on_it(turn):
    settings = line(data=OWN)
    run = training.run(settings)
    drawn = surfaces.panel(run, settings, View("relief", turn), str)
    best = analysis.quadratic_for(settings)
    low, high = shared.window(run.weights, best)
    w, b = (np.linspace(*ends, surface.SIDE) for ends in zip(low, high, strict=True))
    seen = Relief(w, b, loss(settings, *np.meshgrid(w, b)), turn)
    for k in (0, 30, 59):
        right, up = seen.project(*run.weights[k], run.loss[k])
        (marker,) = drawn.at[k]
        there = [marker["x"][0], marker["y"][0]]
        assert there == pytest.approx([float(right), float(up)], rel=1e-2)
        assert float(marker["text"][0]) == pytest.approx(run.loss[k], rel=1e-3)
        assert marker["customdata"][0] == pytest.approx(run.weights[k], rel=1e-3)
    assert {trace["type"] for trace in (*drawn.still, *drawn.moving)} == {"scatter"}
    assert drawn.layout["images"][0]["source"].startswith("data:image/svg+xml,")


@pytest.mark.parametrize("stage", ["numpy", "autograd", "loss_and_optimizer"])
def test_the_tangent_has_the_slope_that_autograd_finds_and_one_length(stage):
    settings = one(stage)
    run, drawn = panel(settings)
    x, y = (torch.tensor(v) for v in data.sample_for(settings))
    wide = np.ptp(drawn.layout["xaxis3"]["range"])
    high = drawn.layout["yaxis3"]["range"][1] / 1.02
    lengths = []
    for k in range(len(run.epochs)):
        tangent, point = drawn.at[k]
        w = torch.tensor(run.weights[k, 0], requires_grad=True)
        value = ((w * x - y) ** 2).mean()
        value.backward()
        assert point["x"] == pytest.approx([w.item()], rel=1e-3)
        assert point["y"] == pytest.approx([value.item()], rel=1e-3)
        across, up = (
            np.ptp(tangent["x"]),
            np.diff(tangent["y"])[0] * np.sign(np.diff(tangent["x"])[0]),
        )
        assert up / across == pytest.approx(w.grad.item(), rel=1e-2)
        assert np.mean(tangent["x"]) == pytest.approx(w.item(), abs=1e-3)
        lengths.append(np.hypot(across / wide, up / (2 * high)))
    np.testing.assert_allclose(lengths, lengths[0], rtol=1e-2)


def test_the_parabola_is_the_loss():
    settings = one()
    _run, drawn = panel(settings)
    curve = drawn.still[0]
    expected = loss(settings, np.array(curve["x"]))
    np.testing.assert_allclose(curve["y"], expected, rtol=5e-3, atol=1e-2)


def test_the_notebooks_own_slope_is_four_times_the_tangents():
    _run, drawn = panel(one("numpy", gradient="notebook"))
    solid, dotted = drawn.moving[:2]
    assert dotted["line"]["dash"] == "dot"
    assert solid["line"]["dash"] == "solid"
    for tangent, taken, _point in drawn.at[:4]:
        slopes = [np.diff(t["y"])[0] / np.diff(t["x"])[0] for t in (tangent, taken)]
        assert slopes[1] / slopes[0] == pytest.approx(4, rel=1e-2)
    assert len(panel(one("numpy"))[1].moving) == 2


def whole(settings):
    return settings, training.run(settings)


def stopped():
    return line(epochs=500), history.stopped(training.run(line(epochs=30)))


def diverged():
    settings, run = whole(line(learning_rate=1.0, epochs=300))
    assert run.ended == history.DIVERGED
    return settings, run


def at_the_lowest_point():
    best = analysis.quadratic_for(one()).weights
    run = History(names=("w",), loss=np.zeros(1), epochs=np.array([0]), weights=best[None])
    return one(), run


RUNS = {
    **{name: partial(whole, line(**given)) for name, given in DATA.items()},
    "one epoch": partial(whole, line(epochs=1)),
    "stopped": stopped,
    "diverged": diverged,
    "begun": lambda: (line(data=OWN), analysis.beginning(line(data=OWN))),
    "one weight": partial(whole, one()),
    "one weight, one epoch": partial(whole, one(epochs=1)),
    "one weight, diverged": partial(whole, one(learning_rate=9.0, epochs=300)),
    "one weight, at its best": at_the_lowest_point,
    "with a bias": partial(whole, one("linear")),
    "scarcely different x": partial(whole, line(data="999999,1\n999999.0625,2")),
    "all but 0": partial(whole, line(data="1e-30,1\n2e-30,3")),
    "flat": partial(whole, line(data="1,0\n2,0")),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("make", known(RUNS))
def test_plotly_accepts_every_panel(make, view):
    settings, run = make()
    drawn = surfaces.panel(run, settings, View(view), str)
    figure = replay.replay(run, settings, str, panel=drawn, animated=run.ended is not None)
    assert len(go.Figure(**figure).frames) == len(figure.get("frames", ()))
    assert len(drawn.at) == len(run.epochs)
    assert all(len(change) == len(drawn.moving) for change in drawn.at)
    text = json.dumps(figure, default=lambda values: values.tolist())
    assert "NaN" not in text
    assert "Infinity" not in text
    for axis in ("xaxis3", "yaxis3"):
        low, high = figure["layout"].get(axis, {}).get("range", (0, 1))
        assert np.isfinite([low, high]).all()
        assert low < high
