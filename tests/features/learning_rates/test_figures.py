from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.core import analysis
from playground.features.learning_rates import bases, knobs, work
from playground.features.learning_rates.figures import curves, marks, shared
from playground.features.learning_rates.results import RATE_KINDS


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    monkeypatch.setattr(work, "REFINED", 0)  # the fewest epochs, only about: none is checked here


@cache
def found_by(lab):
    return next(work.swept(lab))


def swept(ladder="polynomial", chosen=None, **given):
    lab = knobs.lab(ladder, **given)
    found = found_by(lab)
    return found, lab, marks.swept(found, lab, str, chosen=chosen)


def named(figure, name):
    return next(t for t in figure["data"] if t.get("name") == name)


def lines(figure):
    return [t for t in figure["data"] if t.get("hovertext") and t["mode"] == "lines+text"]


def test_every_rate_has_one_mark_in_the_colour_and_shape_of_its_kind():
    found, _, figure = swept("one_weight")
    places = []
    styles = set()
    for kind in RATE_KINDS:
        trace = named(figure, kind)
        places += trace["customdata"]
        assert [found.kinds[k] for k in trace["customdata"]] == [kind] * len(trace["x"])
        np.testing.assert_array_equal(trace["x"], found.rates[trace["customdata"]])
        styles.add((trace["marker"]["color"], trace["marker"]["symbol"]))
    assert sorted(places) == list(range(100))
    assert len({color for color, _ in styles}) == len({symbol for _, symbol in styles}) == 4


def test_the_heights_are_the_final_losses_and_what_left_is_at_the_edge():
    found, _, figure = swept()
    good, gone = named(figure, "good"), named(figure, "diverged")
    np.testing.assert_allclose(good["y"], found.final[good["customdata"]], rtol=1e-5)
    assert max(gone["y"]) == pytest.approx(shared.HIGHEST * found.first, rel=1e-5)
    top = 10 ** figure["layout"]["yaxis"]["range"][1]
    assert max(gone["y"]) < top
    assert "no longer finite at epoch" in gone["hovertext"][-1]


def test_below_stand_the_epochs_until_it_arrived_or_was_gone():
    found, _, figure = swept()
    below = [t for t in figure["data"] if t.get("yaxis") == "y2"]
    for trace, kind in zip(below, RATE_KINDS, strict=True):
        took = found.diverged if kind == "diverged" else found.reached
        for place, epochs in zip(trace["customdata"], trace["y"], strict=True):
            assert epochs == (took[place] if took[place] >= 0 else None)


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_lines_stand_where_each_direction_stops(momentum):
    _, lab, figure = swept(momentum=momentum, epochs=50)
    values = np.linalg.eigvalsh(lab.best.hessian)
    stops = sorted(2 * (1 + momentum) / values)
    drawn = lines(figure)
    assert sorted(t["x"][0] for t in drawn) == pytest.approx(stops)
    border = next(t for t in drawn if "max" in t["text"][1])
    assert border["x"][0] == pytest.approx(stops[0])
    assert f"= {stops[0]:.4g}" in border["text"][1]
    assert border["line"]["width"] > max(t["line"]["width"] for t in drawn if t is not border)
    labels = "".join(t["text"][1] for t in drawn)
    assert all(f"λ{k}" in labels for k in ("max", "₁", "₂", "₃"))


def test_the_floor_is_dashed_and_where_the_fit_says():
    _, lab, figure = swept()
    floor = named(figure, "floor")
    assert floor["line"]["dash"] == "dash"
    assert floor["y"] == [lab.best.floor] * 2


def test_a_kind_that_does_not_occur_keeps_its_place_in_the_legend():
    found, _, figure = swept()
    assert "oscillating" not in found.kinds
    assert named(figure, "oscillating")["showlegend"]
    assert named(figure, "oscillating")["x"] == [None]


def test_the_ring_is_on_the_run_that_is_replayed():
    _, _, figure = swept(chosen=(1e-6, 12.5))
    ring = named(figure, "replayed")
    assert (ring["x"], ring["y"]) == ([1e-6], [12.5])
    _, _, figure = swept(chosen=(1.0, np.inf))
    assert np.isfinite(named(figure, "replayed")["y"]).all()


def test_the_attempts_end_at_the_goal_in_a_star():
    fit = knobs.contest(knobs.lab("polynomial"))
    tried = [next(work.attempt(fit, rate)) for rate in (5e-6, 2e-6, 3e-6)]
    goal = analysis.near(8.8, tried[0].loss[0])
    figure = curves.attempts(tried, goal, str)
    over, two, three = figure["data"][:3]
    assert two["name"] == "2: 2e-06"
    assert two["x"][-1] == tried[1].reached
    assert two["y"][-1] == pytest.approx(tried[1].loss[-1], rel=1e-4)
    assert (over["marker"]["symbol"], two["marker"]["symbol"]) == ("x", "star")
    assert len({t["line"]["dash"] for t in figure["data"][:3]}) == 3
    assert three["opacity"] > two["opacity"]
    assert named(figure, "goal")["y"] == [goal, goal]


def test_the_bases_are_drawn_as_shares_of_their_borders():
    lab = knobs.lab("polynomial", epochs=200)
    found = list(work.bases(lab))
    figure = curves.bases(found, lab, str)
    drawn = [named(figure, name) for name in ("raw powers", "scaled", "orthogonal")]
    for basis, trace in zip(found, drawn, strict=True):
        np.testing.assert_allclose(trace["x"], basis.swept.rates / basis.border, rtol=1e-4)
        kept = [k for k, y in enumerate(trace["y"]) if y is not None]
        np.testing.assert_allclose(
            np.array(trace["y"])[kept].astype(float), basis.swept.final[kept], rtol=1e-5
        )
        assert max(np.array(trace["x"])[kept]) < 1.3
    assert len({t["line"]["color"] for t in drawn}) == len({t["line"]["dash"] for t in drawn}) == 3


@pytest.mark.parametrize(("momentum", "name"), [(0.0, "2/λmax"), (0.9, "2·1.9/λmax")])
def test_the_border_of_the_bases_is_named_by_its_formula(momentum, name):
    lab = knobs.lab("polynomial", momentum=momentum, epochs=20)
    found = list(work.bases(lab))
    figure = curves.bases(found, lab, str)
    assert name in figure["layout"]["xaxis"]["title"]["text"]
    assert any(name in t["text"][1] for t in figure["data"] if t.get("mode") == "lines+text")
    for basis in found:
        steepest = bases.quadratic(lab.fit, basis.name).eigenvalues[-1]
        assert basis.border == pytest.approx(2 * (1 + momentum) / steepest)


@pytest.mark.parametrize("ladder", knobs.FITS)
def test_plotly_takes_the_figures(ladder):
    found, lab, figure = swept(ladder, epochs=30, chosen=(1e-6, 1.0))
    go.Figure(figure)
    go.Figure(curves.bases(list(work.bases(lab)), lab, str))
    go.Figure(curves.attempts([], found.first / 10, str))
