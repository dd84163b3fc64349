import numpy as np
import plotly.graph_objects as go
import pytest

from playground import analysis, data, figures, history, plotting, training
from playground.catalog import STAGES
from playground.settings import Settings


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
    pixel = (high - low) / (0.42 * figures.HEIGHT)
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
    loss[[777, 20_001]] = [50.0, 0.01]
    kept = plotting.shown(loss)
    assert {0, 777, 20_001, 29_999} <= set(kept.tolist())
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


@pytest.mark.parametrize("given", [{"learning_rate": 1e-3}, {"target": "cubic", "epochs": 3}])
def test_a_diverged_run_and_a_floor_of_zero_can_be_drawn(given):
    _settings, _run, figure = replay("autograd", **given)
    numbers = go.Figure(**figure).to_json()
    assert "NaN" not in numbers
    assert "Infinity" not in numbers


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
