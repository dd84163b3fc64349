from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.core import plotting
from playground.features.accumulation import knobs, work
from playground.features.accumulation.figures import curves, gradients
from playground.features.accumulation.knobs import CLEARINGS, Forgotten, Loop, MicroBatches, Retain


def bucket(clearing, steps=3):
    found = {c.clearing: c for c in work.loop(Loop(steps=steps))}
    return gradients.buckets(found[clearing], str)


@cache
def fits(**given):
    found = {fit.update: fit for fit in work.forgotten(Forgotten(**given))}
    return found, curves.forgotten(found, knobs.summed_loss().floor, str)


@cache
def divisions(**given):
    return {d.divide: d for d in work.micro_batches(MicroBatches(**given))}


def traces(figure, name):
    return [t for t in figure["data"] if t.get("name") == name]


def waters(figure, name):
    """Return the levels between which each layer of water lies."""
    return [(t["y"][0], t["y"][1]) for t in traces(figure, name)]


def test_the_bucket_fills_where_nothing_clears_it():
    figure = bucket("keep")
    assert waters(figure, "backward() adds") == [(0, 3), (3, 6), (6, 9)]
    assert waters(figure, "was there") == [(0, 3), (0, 6)]
    written = [t["text"] for t in figure["data"] if t["mode"] == "text"]
    assert written == [["<b>3</b>", "<b>6</b>", "<b>9</b>"], ["+3"] * 3]
    assert figure["layout"]["xaxis"]["ticktext"] == ["1<br>3", "2<br>6", "3<br>9"]


@pytest.mark.parametrize(("clearing", "left"), [("zero_", "0"), ("none", "None")])
def test_the_bucket_starts_empty_where_it_is_cleared(clearing, left):
    figure = bucket(clearing)
    assert waters(figure, "backward() adds") == [(0, 3)] * 3
    assert waters(figure, "was there") == []
    assert figure["layout"]["xaxis"]["ticktext"] == [f"{k}<br>{left}" for k in (1, 2, 3)]


def test_all_ways_to_clear_are_drawn_on_one_scale():
    ranges = {tuple(bucket(c, steps=8)["layout"]["yaxis"]["range"]) for c in CLEARINGS}
    ((low, high),) = ranges
    assert low < 0
    assert high > 8 * 3


def test_water_stays_within_the_walls():
    figure = bucket("keep", steps=5)
    (walls,) = [t for t in figure["data"] if t["mode"] == "lines" and "name" not in t]
    rim = max(y for y in walls["y"] if y is not None)
    assert walls["x"].count(None) == 5
    for t in figure["data"]:
        if t.get("fill"):
            (x0, x1), (low, high) = t["x"][:2], t["y"][:2]
            k = round(np.mean(t["x"]))
            for x, level in ((x0, low), (x1, high)):
                wall = k - np.interp(level, [0, rim], [0.27, 0.4])
                assert x == pytest.approx(wall)


def test_the_bars_are_the_gradients_and_the_failed_call_is_marked():
    walks = list(work.retain(Retain(calls=3)))
    figure = gradients.calls(walks[0], str)
    (b,), (w,) = traces(figure, "b.grad"), traces(figure, "w.grad")
    assert (b["y"], w["y"]) == ([1, 2, 3], [4, 8, 12])
    assert b["marker"]["pattern"]["shape"] != w["marker"]["pattern"]["shape"]
    failed = gradients.calls(walks[1], str)
    assert failed["layout"]["xaxis"]["ticktext"] == ["1", "2 ✕"]


def test_the_parts_lie_tip_to_tail_and_end_where_the_full_batch_does():
    found = divisions(k=5)
    figure = curves.arrows(found, str)
    left, right = traces(figure, "full batch")
    ((full_a, full_b),) = found["full"].gradients[:, :2]
    (divided,), (undivided,) = traces(figure, "divided by k"), traces(figure, "undivided")
    assert left["x"] == right["x"] == [0, full_a]
    assert (divided["x"][0], divided["y"][0]) == (0, 0)
    assert len(divided["x"]) == 6
    assert (divided["x"][-1], divided["y"][-1]) == pytest.approx((full_a, full_b))
    assert (undivided["x"][-1], undivided["y"][-1]) == pytest.approx((5 * full_a, 5 * full_b))
    assert traces(figure, "by share") == []


def test_unequal_parts_show_both_ways_to_divide():
    figure = curves.arrows(divisions(k=3, cut="unequal"), str)
    full, (share,), (by_k,) = (
        traces(figure, name) for name in ("full batch", "by share", "divided by k")
    )
    assert share["x"][-1] == pytest.approx(full[0]["x"][-1])
    assert abs(by_k["x"][-1] - full[0]["x"][-1]) > 0.1


def test_the_loss_curves_are_the_losses_and_what_runs_away_leaves_the_panel():
    found = divisions(k=8)
    floor = knobs.mean_loss().floor
    figure = curves.losses(found, floor, str)
    (by_k,), (no,) = traces(figure, "divided by k"), traces(figure, "undivided")
    np.testing.assert_allclose(by_k["y"], found["by_k"].loss, rtol=1e-6)
    drawn = np.array([v for v in no["y"] if v is not None])
    assert 1 < len(drawn) < len(found["no"].loss)
    top = 10 ** figure["layout"]["yaxis"]["range"][1]
    assert found["full"].loss[0] < drawn.max() < top < 1e3 * curves.FAR
    (line,) = traces(figure, "floor")
    assert line["y"] == [floor, floor]
    assert line["line"]["dash"] == "dash"


def test_momentum_one_is_beads_on_the_forgotten_curve():
    found, figure = fits(fit_epochs=300)
    (line,), (beads,) = traces(figure, "forgotten"), traces(figure, "cleared, momentum 1.0")
    assert line["y"] == pytest.approx(found["forget"].loss.tolist(), rel=1e-6)
    assert beads["mode"] == "markers"
    assert [line["y"][k] for k in beads["x"]] == pytest.approx(beads["y"], rel=1e-6)
    (cleared,) = traces(figure, "cleared")
    assert cleared["y"] == pytest.approx(found["clear"].loss.tolist(), rel=1e-6)


def test_below_stand_the_sum_and_its_newest_part():
    found, figure = fits()
    (total,), (newest,) = traces(figure, "sum of all so far"), traces(figure, "newest gradient")
    assert total["yaxis"] == newest["yaxis"] == "y2"
    assert total["line"]["color"] == newest["line"]["color"] == plotting.GRADIENT
    assert total["line"]["dash"] != newest["line"]["dash"]
    np.testing.assert_allclose(np.cumsum(newest["y"]), total["y"], rtol=1e-4, atol=5)
    fresh = found["momentum"].gradients[: len(newest["y"]), 0]
    np.testing.assert_allclose(newest["y"], fresh, rtol=1e-3, atol=5)


@pytest.mark.parametrize("rate", [1e-8, 5e-6, 1e-5])
@pytest.mark.parametrize("epochs", [10, 300])
def test_every_fit_can_be_drawn(rate, epochs):
    _found, figure = fits(fit_rate=rate, fit_epochs=epochs)
    numbers = go.Figure(**figure).to_json()
    assert "NaN" not in numbers
    assert "Infinity" not in numbers


@pytest.mark.slow
@pytest.mark.parametrize("given", [{"k": 1}, {"k": 10, "rate": 1e-2}, {"k": 10, "cut": "unequal"}])
def test_plotly_accepts_the_other_figures(given):
    """The page skips this check, which costs more than drawing."""
    found = divisions(**given)
    go.Figure(**curves.arrows(found, str))
    go.Figure(**curves.losses(found, knobs.mean_loss().floor, str))
    for cleared in work.loop(Loop(steps=1)):
        go.Figure(**gradients.buckets(cleared, str))
    for walk in work.retain(Retain(calls=1)):
        go.Figure(**gradients.calls(walk, str))
