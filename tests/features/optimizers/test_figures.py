import json
from functools import cache

import numpy as np
import orjson
import pytest

from playground.core.relief import CONTOUR, Relief, View
from playground.features.optimizers import arena, knobs
from playground.features.optimizers.figures import arrows, function, replay
from playground.features.optimizers.knobs import Problem, Race, Racer
from playground.features.optimizers.problems import OWN, PROBLEMS
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Landscape, Run
from playground.features.optimizers.work import running
from tests.samples import some

MOST_KB = 150
EIGHT = tuple(list(RACERS)[:8])
SOME = 2  # problems on which eight race, in an ordinary run


def pytest_generate_tests(metafunc):
    if "problem" in metafunc.fixturenames:
        metafunc.parametrize("problem", some(metafunc.config, PROBLEMS, SOME))


@cache
def ran(slug, slugs=("SGD", "momentum", "Adam"), steps=500, rates=()):
    of = Problem(slug=slug, formula=knobs.FIRST_OWN)
    known = arena.arena(of)
    racers = [Racer.of(s, dict(rates).get(s, known.rate(s))) for s in slugs]
    made = Race(of, known.start, steps, tuple(racers))
    return made, *running.run(made)


def figure(slug, view="contour", goal=1e-3, **given):
    made, landscape, *runs = ran(slug, **given)
    return replay.race(made, landscape, runs, goal, View(view), str)


def named(drawn, name, axis="x"):
    """Return the trace called `name` among the paths, or with axis x2 among the losses."""
    traces = (t for t in drawn["data"] if t.get("name") == name)
    return next(t for t in traces if t.get("xaxis", "x") == axis)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["contour", "relief"])
def test_a_race_of_eight_is_light_and_can_be_sent(problem, view):
    drawn = figure(problem, view, slugs=EIGHT)
    assert len(orjson.dumps(drawn)) < 1000 * MOST_KB
    json.dumps(drawn, allow_nan=False)
    assert 50 < len(drawn["frames"]) <= 101
    assert [frame["name"] for frame in drawn["frames"]][-1] == "500"
    assert len(drawn["layout"]["sliders"][0]["steps"]) == len(drawn["frames"])


def test_no_two_racers_look_alike_in_colour_and_marker_or_dash():
    styles = {slug: racer.style for slug, racer in RACERS.items()}
    assert len({style.sign for style in styles.values()}) == len(RACERS)
    assert len({style.symbol for style in styles.values()}) == len(RACERS)
    assert len({(style.color, style.dash) for style in styles.values()}) == len(RACERS)


def test_a_path_begins_at_the_start_and_ends_where_the_run_did():
    made, _landscape, *runs = ran("ravine")
    drawn = figure("ravine")
    for run in runs:
        path = named(drawn, run.slug)
        assert (path["x"][0], path["y"][0]) == made.start
        assert path["customdata"][-1] == 500
        ends = [path["x"][-1], path["y"][-1]]
        np.testing.assert_allclose(ends, run.places[-1], rtol=1e-3, atol=1e-12)


def test_the_frames_move_all_markers_in_step():
    _made, _landscape, *runs = ran("ravine")
    drawn = figure("ravine")
    for frame in (drawn["frames"][0], drawn["frames"][40]):
        epoch = int(frame["name"])
        where, losses, text = frame["data"]
        np.testing.assert_allclose(where["x"], [r.places[epoch, 0] for r in runs], rtol=1e-3)
        assert losses["x"] == [epoch] * len(runs)
        np.testing.assert_allclose(losses["y"], [r.loss[epoch] for r in runs], rtol=1e-3)
        assert text["text"] == [f"epoch {epoch}"]
        moved = [drawn["data"][k] for k in frame["traces"]]
        assert [trace["mode"] for trace in moved] == ["markers", "markers", "text"]
    order = [RACERS[run.slug].style.symbol for run in runs]
    assert drawn["data"][drawn["frames"][0]["traces"][0]]["marker"]["symbol"] == order


def test_the_levels_are_the_function_seen():
    made, landscape, *_runs = ran("himmelblau")
    contour = figure("himmelblau")["data"][0]
    np.testing.assert_allclose(contour["customdata"], landscape.loss, rtol=1e-3)
    heights = np.array(contour["z"])
    order = np.argsort(landscape.loss, axis=None)
    assert (np.diff(heights.ravel()[order]) >= -1e-3).all()
    low, high = arena.arena(made.problem).window(made.start)
    assert (contour["x"][0], contour["y"][-1]) == (low[0], high[1])


def test_the_window_takes_in_a_start_that_lies_outside():
    known = arena.arena(Problem(slug="saddle"))
    low, high = known.window((30.0, -50.0))
    assert high[0] > 30 > known.high[0]
    assert low[1] < -50
    assert (low[0], high[1]) == (known.low[0], known.high[1])


def test_who_runs_away_leaves_a_gap_and_no_infinite_number():
    drawn = figure("ravine", slugs=("SGD", "Adam"), steps=400, rates=(("SGD", 1.0),))
    path = named(drawn, "SGD")
    assert None in path["x"]
    assert max(abs(v) for v in path["x"] if v is not None) < 100
    last = drawn["frames"][-1]["data"][0]
    assert last["x"][0] is None
    assert last["x"][1] is not None
    json.dumps(drawn, allow_nan=False)
    assert drawn["layout"]["yaxis2"]["range"][1] < 8


def test_a_loss_below_0_is_drawn_above_the_lowest():
    _made, landscape, *runs = ran(OWN)
    lowest = min(landscape.loss.min(), *(run.loss.min() for run in runs))
    assert lowest < 0
    drawn = figure(OWN, goal=0.0)
    losses = named(drawn, "SGD", axis="x2")
    np.testing.assert_allclose(losses["y"][0], runs[0].loss[0] - lowest, rtol=1e-3)
    goal = next(
        t for t in drawn["data"] if t.get("line", {}).get("dash") == "dash" and t["x"] == [0, 500]
    )
    assert goal["y"][0] == pytest.approx(-lowest, rel=1e-3)
    assert drawn["layout"]["yaxis2"]["title"]["text"] == "loss above the lowest"


def test_a_loss_curve_keeps_its_spikes():
    loss = np.ones(500)
    loss[333], loss[77] = 50.0, 0.01
    run = Run("SGD", loss, np.zeros((500, 2)), np.arange(500), False)
    made, landscape, *_ = ran("ravine")
    drawn = replay.race(made, landscape, [run], 1e-3, CONTOUR, str)
    losses = named(drawn, "SGD", axis="x2")
    assert dict(zip(losses["x"], losses["y"], strict=True))[333] == 50
    assert dict(zip(losses["x"], losses["y"], strict=True))[77] == 0.01
    assert len(losses["x"]) < 200


def test_a_function_without_any_finite_value_still_makes_a_figure():
    empty = Landscape(np.linspace(-1, 1, 3), np.linspace(-1, 1, 3), np.full((3, 3), np.nan))
    made, _landscape, *_ = ran("ravine", slugs=("SGD",), steps=5)
    run = Run("SGD", np.array([np.nan]), np.array([[1.0, 1.0]]), np.array([1]), True)
    drawn = replay.race(made, empty, [run], 0.0, CONTOUR, str)
    json.dumps(drawn, allow_nan=False)


def test_the_relief_lifts_the_paths_to_the_surface_and_replays_without_webgl():
    _made, landscape, *runs = ran("beale")
    drawn = figure("beale", "relief")
    height = function.Height(landscape, function.RELIEF_DECADES)
    x, y = landscape.x[::2], landscape.y[::2]
    seen = Relief(x, y, height(landscape.loss)[::2, ::2])
    path = next(t for t in drawn["data"] if t.get("name") == "SGD")
    right, up = seen.project(*runs[0].places[0], height(runs[0].loss[0]))
    assert [path["x"][0], path["y"][0]] == pytest.approx([float(right), float(up)], rel=1e-3)
    (picture,) = drawn["layout"]["images"]
    assert picture == seen.picture("x", "y")
    assert {trace["type"] for trace in drawn["data"]} == {"scatter"}
    steps = drawn["layout"]["sliders"][0]["steps"]
    assert not any(step["args"][1]["frame"]["redraw"] for step in steps)


@pytest.mark.parametrize("slug", RACERS)
def test_the_arrows_of_a_step_point_where_they_should(slug):
    of = Problem(slug="rosenbrock")
    made = Race(of, (-1.2, 1.0), 50, (Racer.of(slug, arena.arena(of).rate(slug)),))
    (apart,) = running.apart(made, slug, 7)
    drawn = arrows.step(apart, of, str)
    json.dumps(drawn, allow_nan=False)
    named = {trace.get("name"): trace for trace in drawn["data"]}
    step = named["the step"]
    start, end = np.array([step["x"], step["y"]]).T
    np.testing.assert_allclose(start, apart.before, rtol=1e-6)
    np.testing.assert_allclose(end - start, apart.change, rtol=1e-3, atol=1e-7)
    down = np.array([named["minus the gradient"][name] for name in "xy"])
    along = down[:, 1] - down[:, 0]
    grad = np.array(apart.quantity("grad").torch)
    assert along @ -grad == pytest.approx(np.linalg.norm(along) * np.linalg.norm(grad), rel=1e-3)
    momentum = slug in ("momentum", "Nesterov", "Adam", "AdamW", "NAdam", "RAdam")
    assert ("minus the momentum" in named) == momentum
    squares = slug in ("RMSprop", "Adam", "AdamW", "NAdam", "RAdam", "Adadelta")
    assert ("root of the second moment" in named) == squares
    for name, axis in (("x", 0), ("y", 1)):
        seen = drawn["layout"][f"{name}axis"]["range"]
        assert seen[0] < min(start[axis], end[axis]) <= max(start[axis], end[axis]) < seen[1]


def test_a_step_so_far_out_that_the_window_is_lost_in_rounding_has_arrows():
    """One part in 1e16 of where it ran away to is wider than all that is seen."""
    made = Race(Problem(slug="ravine"), (-4.0, 1.5), 60, (Racer.of("SGD", 10.0),))
    (apart,) = running.apart(made, "SGD", 15)
    assert abs(apart.before[1]) > 1e30
    assert np.ptp(apart.near.y) > 0
    drawn = arrows.step(apart, made.problem, str)
    json.dumps(drawn, allow_nan=False)
