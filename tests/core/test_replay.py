import json

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.core import analysis, data, history, plotting, training
from playground.core import replay as figures
from playground.core.catalog import STAGES
from playground.core.replay import traces
from playground.core.settings import Settings


def replay(stage, animated=True, **given):
    return drawn(Settings.of(stage, **given), animated)


def drawn(settings, animated=True):
    run = training.run(settings)
    return settings, run, figures.replay(run, settings, str, animated=animated)


def trace(figure, name):
    return next(t for t in figure["data"] if t.get("name") == name)


@pytest.mark.parametrize("stage", STAGES)
def test_plotly_accepts_the_figure(stage):
    """The pages skip this check, which costs more than drawing."""
    _settings, _run, figure = replay(stage, epochs=150)
    assert len(go.Figure(**figure).frames) == len(figure["frames"])


def test_the_frames_are_the_snapshots():
    _settings, run, figure = replay("autograd", epochs=2000)
    x = np.array(trace(figure, "fit")["x"])
    assert [int(frame["name"]) for frame in figure["frames"]] == run.epochs.tolist()
    for k in (0, 50, len(run.epochs) - 1):
        curve, loss, weights, reading = figure["frames"][k]["data"]
        expected = analysis.curves(Settings.of("autograd"), run.weights, x)[0, k]
        np.testing.assert_allclose(curve["y"], expected, rtol=1e-3, atol=3e-3)
        assert loss["x"] == [run.epochs[k]]
        assert loss["y"] == pytest.approx([run.loss[run.epochs[k]]], rel=1e-6)
        np.testing.assert_allclose(weights["y"], run.weights[k], rtol=1e-3)
        epoch = run.epochs[k]
        assert reading["text"] == [f"epoch {epoch} · loss {run.loss[epoch]:.4g}"]
    moved = [figure["data"][index] for index in figure["frames"][0]["traces"]]
    assert [t.get("yaxis", "y") for t in moved] == ["y", "y2", "y3", "y2"]
    assert len(figure["layout"]["sliders"][0]["steps"]) == len(figure["frames"])


@pytest.mark.parametrize("degree", [1, 3, 9])
def test_a_spline_through_the_drawn_points_is_the_curve(degree):
    """Catmull and Rom's spline, which Plotly draws, leaves the curve by less than a pixel."""
    settings, _run, figure = replay("nn", degree=degree, epochs=2)
    x, y = (np.array(trace(figure, "least squares")[axis]) for axis in "xy")
    slope = np.gradient(y, x)
    middle = (y[1:] + y[:-1]) / 2 - np.diff(x) * np.diff(slope) / 8
    best = analysis.quadratic_for(settings).weights
    expected = np.polynomial.polynomial.polyval((x[1:] + x[:-1]) / 2, best)
    low, high = figure["layout"]["yaxis"]["range"]
    pixel = (high - low) / (0.42 * figure["layout"]["height"])
    assert np.abs(middle - expected)[1:-1].max(initial=0) < pixel


def test_the_replay_plays_both_ways_at_two_speeds():
    _settings, _run, figure = replay("numpy", epochs=20)
    buttons = figure["layout"]["updatemenus"][0]["buttons"]
    ways = [
        (b["args"][1].get("direction"), b["args"][1]["frame"]["duration"])
        for b in buttons
        if b["args"][0] is None
    ]
    assert ways == [
        ("reverse", plotting.FAST_MS),
        ("reverse", plotting.FRAME_MS),
        ("forward", plotting.FRAME_MS),
        ("forward", plotting.FAST_MS),
    ]


def test_hovering_gives_the_exact_loss():
    _settings, run, figure = replay("autograd", epochs=400)
    loss = trace(figure, "loss")
    assert loss["x"] == list(range(400))
    assert loss["y"] == pytest.approx(run.loss.tolist(), rel=1e-6)
    assert "%{x}" in loss["hovertemplate"]


def test_a_long_curve_keeps_its_spikes():
    loss = np.ones(30_000)
    loss[[777, 20_001, 29_990]] = [50.0, 0.01, 70.0]
    for last in (1.0, np.inf, np.nan):
        loss[-1] = last
        kept = plotting.shown(loss)
        assert {0, 777, 20_001, 29_990, 29_999} <= set(kept.tolist())
        assert len(kept) <= plotting.SHOWN_LOSSES + 2


def test_the_floor_and_the_least_squares_curve_are_dashed_and_computed():
    settings, _run, figure = replay("nn", degree=5, epochs=50)
    best = analysis.quadratic_for(settings)
    floor, curve = trace(figure, "floor"), trace(figure, "least squares")
    assert floor["y"] == [best.floor] * 2
    assert floor["line"]["dash"] == curve["line"]["dash"] == "dash"
    x = np.array(curve["x"])
    expected = np.polynomial.polynomial.polyval(x, best.weights)
    np.testing.assert_allclose(curve["y"], expected, atol=2e-3)


def line(**given):
    return Settings.of("linear", ladder="linear_regression", **given)


ENDLESS = Settings.of("optim", optimizer="LBFGS", line_search="none", learning_rate=10.0)


@pytest.mark.parametrize(
    "settings",
    [
        Settings.of("autograd", learning_rate=1e-3),
        Settings.of("autograd", target="cubic", epochs=3),
        Settings.of("numpy", points=10, learning_rate=6e-4, epochs=20_000),  # 1 to 1e308 and over
        ENDLESS,
        line(learning_rate=10.0),
        line(data="0,100000\n1,100000.25\n2,100000", learning_rate=10.0),
    ],
)
def test_what_diverged_and_a_floor_of_zero_can_be_drawn(settings):
    _settings, run, figure = drawn(settings)
    ghost = figures.Ghost("1", settings, run)
    for shown in (figure, figures.replay(run, settings, str, ghosts=[ghost])):
        json.dumps(shown, allow_nan=False)
        go.Figure(**shown)


def test_what_is_no_number_is_a_gap():
    _settings, run, figure = drawn(ENDLESS)
    assert np.isnan(run.weights[-1]).all()
    fit, loss, weights, reading = figure["frames"][-1]["data"]
    for moved in (fit, loss, weights):
        assert set(moved["y"]) == {None}
    assert reading["text"] == ["epoch 1 · loss nan"]
    assert set(trace(figure, "fit")["y"]) == {None}
    ghost = figures.Ghost("1", ENDLESS, run)
    beside = figures.replay(
        *reversed(drawn(Settings.of("optim", epochs=3))[:2]), str, ghosts=[ghost]
    )
    assert set(trace(beside, "1")["y"]) == {None}


@pytest.mark.parametrize(
    "own",
    [
        "0,1013.21\n1,1013.25\n2,1013.23\n3,1013.28",
        "20001,1\n20002,5\n20003,3\n20004,4",
        "999999.5,999999.5\n999999.75,999999.75\n1000000,999999.625",
        "-1e-30,1e-30\n0,2e-30\n1e-30,-1e-30",
    ],
)
def test_points_far_from_0_lie_where_they_are(own):
    settings, run, figure = drawn(line(data=own, centre=True, epochs=20, learning_rate=0.01))
    x, y = data.sample_for(settings)
    for axis, true in (("x", x), ("y", y)):
        low, high = figure["layout"][f"{axis}axis"]["range"]
        pixel = (high - low) / 500
        np.testing.assert_allclose(trace(figure, "data")[axis], true, rtol=0, atol=pixel)
    last = analysis.curves(settings, run.weights[-1:], x)[0, 0]
    residuals = figure["data"][figure["frames"][0]["traces"][0]]
    far = 1e4 * (high - low)  # what is farther off is drawn there
    np.testing.assert_allclose(residuals["x"][::3], x, rtol=0, atol=np.ptp(x) / 500)
    ends = np.clip(last, low - far, high + far)
    np.testing.assert_allclose(residuals["y"][::3], ends, rtol=0, atol=pixel)
    np.testing.assert_allclose(residuals["y"][1::3], y, rtol=0, atol=pixel)
    curve = trace(figure, "least squares")
    best = analysis.quadratic_for(settings).weights
    sought = analysis.curves(settings, best[None], np.array(curve["x"], dtype=float))[0, 0]
    slope = np.ptp(sought) / np.ptp(curve["x"]) * np.ptp(x) / 500
    np.testing.assert_allclose(curve["y"], sought, rtol=0, atol=pixel + slope)


def test_hovering_gives_a_point_to_the_digits_that_float32_has():
    _settings, _run, figure = drawn(line(data="0,1013.215\n1,1013.25\n2,3.141592", epochs=2))
    assert trace(figure, "data")["y"] == pytest.approx([1013.215, 1013.25, 3.141592], rel=1e-7)
    assert "%{y:.7~g}" in trace(figure, "data")["hovertemplate"]


def test_all_points_of_ones_own_are_drawn_and_the_errors_of_those_far_off():
    y = 0.5 * np.arange(200)
    y[[77, 130]] += [90, -80]
    own = "\n".join(f"{k},{v}" for k, v in enumerate(y))
    _settings, _run, figure = drawn(line(data=own, epochs=2))
    assert trace(figure, "data")["x"] == list(range(200))
    residuals = figure["data"][figure["frames"][0]["traces"][0]]["x"][::3]
    assert {0, 77, 130, 199} <= set(residuals)
    assert len(residuals) <= traces.SHOWN_RESIDUALS


def test_dynamic_draws_the_three_curves_that_a_forward_may_take():
    _settings, run, figure = replay("dynamic", epochs=30)
    fits = [t for t in figure["data"] if t.get("name") == "fit"]
    assert len(fits) == 3
    assert len({t["line"]["dash"] for t in fits}) == 3
    weights = run.weights[-1]
    x = np.array(fits[2]["x"])
    e = weights[4]
    expected = np.polynomial.polynomial.polyval(x, [*weights[:4], e, e])
    np.testing.assert_allclose(fits[2]["y"], expected, rtol=1e-2, atol=1e-2)


def test_the_points_shown_are_the_points_fitted():
    settings, _run, figure = replay("numpy", epochs=5, points=50, noise=0.3)
    x, y = data.sample_for(settings)
    np.testing.assert_allclose(trace(figure, "data")["x"], x, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(trace(figure, "data")["y"], y, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("stage", STAGES)
def test_what_is_not_trained_yet_can_be_drawn(stage):
    settings = Settings.of(stage)
    figure = figures.replay(analysis.beginning(settings), settings, str, animated=False)
    assert "frames" not in figure
    assert not any("nan" in said for t in figure["data"] for said in t.get("text", ()))
    go.Figure(**figure)


def test_a_stopped_run_is_drawn_as_far_as_it_went():
    settings = Settings.of("autograd", epochs=2000)
    part = history.stopped(training.run(Settings.of("autograd", epochs=150)))
    figure = figures.replay(part, settings, str)
    assert figure["layout"]["xaxis2"]["range"][1] > 2000
    assert max(trace(figure, "loss")["x"]) == 149


def test_ghosts_are_drawn_where_they_ended_in_the_same_colours_faint():
    settings, run, _figure = replay("autograd", epochs=100)
    longer = Settings.of("nn", epochs=150, degree=5, learning_rate=1e-8)
    ghost = figures.Ghost("1 · longer", longer, training.run(longer))
    figure = figures.replay(run, settings, str, ghosts=[ghost])
    fit, loss = (t for t in figure["data"] if t.get("name") == "1 · longer")
    x = np.array(fit["x"])
    expected = np.polynomial.polynomial.polyval(x, list(ghost.history.final.values()))
    np.testing.assert_allclose(fit["y"], expected, rtol=1e-2, atol=1e-2)
    np.testing.assert_allclose(loss["y"], ghost.history.loss, rtol=1e-6)
    assert fit["line"]["color"] == trace(figure, "fit")["line"]["color"]
    assert loss["line"]["color"] == trace(figure, "loss")["line"]["color"]
    assert max(fit["opacity"], loss["opacity"]) < 1
    assert figure["layout"]["xaxis2"]["range"][1] > 150
    moved = {index for frame in figure["frames"] for index in frame["traces"]}
    assert all(figure["data"][index].get("name") != ghost.name for index in moved)
    go.Figure(**figure)


def test_a_ghost_of_a_higher_degree_is_drawn_as_smooth_as_alone():
    settings, run, _figure = replay("nn", degree=1, epochs=3, learning_rate=1e-10)
    wavy = Settings.of("nn", degree=9, epochs=3, learning_rate=1e-10)
    ghost = figures.Ghost("1", wavy, training.run(wavy))
    beside = figures.replay(run, settings, str, ghosts=[ghost])
    alone = figures.replay(ghost.history, wavy, str)
    assert trace(beside, "1")["x"] == trace(alone, "fit")["x"]
