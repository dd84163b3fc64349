"""The race, held against algebra, central differences and torch itself."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch

from playground.core import analysis, catalog
from playground.core.expression import ExpressionError
from playground.features.optimizers import arena, knobs, words
from playground.features.optimizers.knobs import (
    PAIRS,
    Problem,
    Race,
    Racer,
)
from playground.features.optimizers.problems import OWN, PROBLEMS
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Run, ranking
from playground.features.optimizers.work import landscapes, running
from playground.jobs.failure import Failure
from tests.samples import some

BY_HAND = [slug for slug in RACERS if RACERS[slug].by_hand]
RACED = 2  # problems on which all race, in an ordinary run


def pytest_generate_tests(metafunc):
    if "raced" in metafunc.fixturenames:
        metafunc.parametrize("raced", some(metafunc.config, PROBLEMS, RACED))


def problem(slug, **given):
    formula = knobs.FIRST_OWN if slug == OWN else ""
    return Problem(**{"slug": slug, "formula": formula, **given})


def racer(slug, of, **options):
    rate = options.pop("learning_rate", arena.arena(of).rate(slug))
    return Racer.of(slug, rate, **options)


def race_of(of, *racers, steps=200, start=None):
    return Race(of, start or arena.arena(of).start, steps, racers)


@cache
def usual(slug):
    """Return every racer's run on a problem, as the page starts it."""
    of = problem(slug)
    halves = list(RACERS)[:6], list(RACERS)[6:]
    return [run for half in halves for run in runs(race_of(of, *(racer(s, of) for s in half)))]


def runs(of):
    return list(running.run(of))[1:]


def gradient(f, at):
    weights = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(f(*weights), weights)
    return grad.numpy()


def value(f, at):
    return f(*torch.tensor(at, dtype=torch.float64)).item()


def test_plain_descent_follows_its_closed_form():
    """On a quadratic, w_k = w* + (I - rate H)^k (w_0 - w*)."""
    of = problem("cubic", pair="bd")
    best = analysis.quadratic_for(of.settings)
    seen = [1, 3]
    hessian, lowest = best.hessian[np.ix_(seen, seen)], best.weights[seen]
    (run,) = runs(race_of(of, racer("SGD", of, learning_rate=2e-6), steps=60))
    step = np.eye(2) - 2e-6 * hessian
    away = run.places[0] - lowest
    expected = [lowest + np.linalg.matrix_power(step, k) @ away for k in range(61)]
    np.testing.assert_allclose(run.places, expected, rtol=1e-9)
    far = np.array(expected) - lowest
    losses = best.floor + np.einsum("ki,ij,kj->k", far, hessian, far) / 2
    np.testing.assert_allclose(run.loss, losses, rtol=1e-9)


def test_momentum_follows_its_matrix():
    """(w, v) goes to (w - rate v', v') with v' = momentum v + H w: one matrix, again and again."""
    of = problem("ravine")
    rate, momentum, hessian = 0.02, 0.8, np.diag([1.0, 50.0])
    step = np.block(
        [
            [np.eye(2) - rate * hessian, -rate * momentum * np.eye(2)],
            [hessian, momentum * np.eye(2)],
        ]
    )
    (run,) = runs(race_of(of, racer("momentum", of, learning_rate=rate, momentum=momentum)))
    state = np.array([*arena.arena(of).start, 0.0, 0.0])
    expected = [(np.linalg.matrix_power(step, k) @ state)[:2] for k in range(201)]
    np.testing.assert_allclose(run.places, expected, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("slug", PROBLEMS)
def test_a_gradient_is_that_of_central_differences(slug):
    of = problem(slug)
    f, h = landscapes.function(of), 1e-5
    for at in np.random.default_rng(0).uniform(-1.5, 1.5, (5, 2)):
        moved = [[value(f, at + s * h * np.eye(2)[k]) for s in (1, -1)] for k in (0, 1)]
        expected = [(up - down) / (2 * h) for up, down in moved]
        np.testing.assert_allclose(gradient(f, at), expected, rtol=1e-5, atol=1e-5)


def test_the_lowest_points_are_the_published_ones():
    known = {
        slug: arena.arena(problem(slug)).lowest for slug, kind in PROBLEMS.items() if kind.arena
    }
    assert known["rosenbrock"] == ((1, 1),)
    assert known["beale"] == ((3, 0.5),)
    assert len(known["himmelblau"]) == 4
    assert (3, 2) in known["himmelblau"]


@pytest.mark.parametrize("slug", [slug for slug in PROBLEMS if slug != OWN])
def test_at_the_lowest_points_the_gradient_is_0_and_the_loss_is_the_floor(slug):
    of = problem(slug)
    f, known = landscapes.function(of), arena.arena(of)
    for at in known.lowest:
        assert value(f, at) == pytest.approx(known.floor, rel=1e-4, abs=1e-9)
        around = max(np.abs(gradient(f, np.array(at) + d)).max() for d in (0.1, -0.1))
        assert np.abs(gradient(f, at)).max() < 1e-3 * around
    assert value(f, known.start) > known.goal > known.floor


def test_the_pairs_are_every_two_letters_in_their_order():
    assert " ".join(PAIRS) == "ab ac ad bc bd cd"
    assert all("".join(names) == pair for pair, names in PAIRS.items())


@pytest.mark.parametrize("pair", PAIRS)
def test_a_fits_arena_is_its_least_squares(pair):
    of = problem("cubic", pair=pair)
    best = analysis.quadratic_for(of.settings)
    places = ["abcd".index(name) for name in pair]
    np.testing.assert_allclose(arena.arena(of).lowest[0], best.weights[places], rtol=1e-3)
    whole = problem("cubic", pair=pair, free=True)
    assert arena.arena(whole).steep == pytest.approx(best.eigenvalues[-1])
    assert arena.arena(of).steep <= best.eigenvalues[-1] * (1 + 1e-12)


@pytest.mark.slow
def test_every_racer_gets_somewhere_at_its_usual_rate(raced):
    for run in usual(raced):
        assert not run.diverged, run.slug
        assert run.loss.min() < run.loss[0], run.slug
        assert run.loss[-1] < run.loss[0], run.slug
    goal = arena.goal(problem(raced), *_seen(raced))
    assert any(run.reaches(goal) is not None for run in usual(raced))


def _seen(slug):
    of = problem(slug)
    low, high = arena.arena(of).window(arena.arena(of).start)
    return landscapes.grid(of, low, high, running.SIDE), float(usual(slug)[0].loss[0])


@pytest.mark.parametrize("slug", BY_HAND)
@pytest.mark.parametrize("on", ["ravine", "rosenbrock", "cubic"])
def test_the_update_by_hand_is_torchs_to_rounding(slug, on):
    of = problem(on)
    found = race_of(of, racer(slug, of))
    (taken,) = running.apart(found, slug, 199)
    assert taken.epoch == 199
    assert taken.off < 1e-6
    both = [part for part in taken.quantities if part.torch and part.by_hand]
    kept = {"momentum": 1, "Nesterov": 1, "RMSprop": 1, "Adam": 2, "AdamW": 2}.get(slug, 0)
    names = {part.name for part in both}
    assert {"w", "grad", "change"} <= names
    assert len(names & set(dict(taken.state)) - {"step"}) == kept
    for part in both:
        np.testing.assert_allclose(part.torch, part.by_hand, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    ("slug", "options"),
    [
        ("SGD", {"weight_decay": 0.1}), ("momentum", {"weight_decay": 0.1}),
        ("Nesterov", {"momentum": 0.5, "weight_decay": 0.1}), ("RMSprop", {"momentum": 0.5}),
        ("RMSprop", {"alpha": 0.5, "eps": 0.1}), ("Adam", {"weight_decay": 0.1, "beta1": 0.5}),
        ("AdamW", {"weight_decay": 0.5, "beta2": 0.9}), ("Adam", {"eps": 0.1}),
    ],
)  # fmt: skip
def test_the_update_by_hand_knows_every_option(slug, options):
    of = problem("ravine")
    (taken,) = running.apart(race_of(of, racer(slug, of, **options)), slug, 50)
    assert taken.off < 1e-6


@pytest.mark.parametrize("slug", RACERS)
def test_a_steps_state_is_that_of_a_fresh_run_of_torch(slug):
    of = problem("rosenbrock")
    one, epoch = racer(slug, of), 20
    (taken,) = running.apart(race_of(of, one), slug, epoch)

    weights = torch.tensor(arena.arena(of).start, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, one.settings.optimizer)(
        [weights], lr=one.settings.learning_rate, **one.settings.torch_options
    )
    f = landscapes.function(of)

    def closure():
        optimizer.zero_grad()
        loss = f(*weights)
        loss.backward()
        return loss

    for _ in range(epoch):
        optimizer.step(closure)
    before = weights.tolist()
    optimizer.step(closure)
    state = optimizer.state_dict()["state"].get(0, {})

    assert taken.before == pytest.approx(before, rel=1e-12)
    np.testing.assert_allclose(np.add(before, taken.change), weights.tolist(), rtol=1e-12)
    assert [name for name, _ in taken.state] == list(state)
    shown = {part.name: part.torch for part in taken.quantities if part.torch}
    assert shown["grad"] == pytest.approx(gradient(f, before), rel=1e-9)
    tensors = {name: v for name, v in state.items() if torch.is_tensor(v) and name in shown}
    for name, tensor in tensors.items():
        assert shown[name] == pytest.approx(tensor.reshape(-1).tolist(), rel=1e-9), name
    kept = {name for name, v in state.items() if torch.is_tensor(v)}
    assert kept == set(tensors) or slug == "LBFGS"


def test_adams_first_step_is_its_rate_whatever_the_gradient():
    of = problem("ravine")
    (taken,) = running.apart(race_of(of, racer("Adam", of, learning_rate=0.3)), "Adam", 0)
    assert np.abs(taken.change) == pytest.approx([0.3, 0.3], rel=1e-6)
    assert taken.quantity("m_hat").by_hand == pytest.approx(taken.quantity("grad").by_hand)


def test_the_grid_is_the_function():
    of = problem("beale")
    seen = landscapes.grid(of, np.array([-1.0, -2.0]), np.array([4.0, 2.0]), 7)
    f = landscapes.function(of)
    for row, y in enumerate(seen.y):
        for column, x in enumerate(seen.x):
            assert seen.loss[row, column] == pytest.approx(value(f, [x, y]), rel=1e-12)


def test_free_weights_are_trained_and_start_at_the_seed():
    of = problem("cubic", free=True)
    (run,) = runs(race_of(of, racer("Adam", of), steps=300))
    assert run.loss[0] == pytest.approx(analysis.beginning(of.settings).loss[0])
    best = analysis.quadratic_for(of.settings)
    assert run.loss[-1] == pytest.approx(best.floor, rel=0.01)
    (taken,) = running.apart(race_of(of, racer("Adam", of)), "Adam", 3)
    assert len(taken.before) == 4


def test_the_learners_own_points_make_the_lines_loss():
    of = problem("line", data="0,0\n1,3\n2,6")
    known = arena.arena(of)
    assert known.lowest[0] == pytest.approx((3, 0), abs=1e-9)
    assert value(landscapes.function(of), [1.0, 0.0]) == pytest.approx((0 + 4 + 16) / 3)


def test_a_rate_too_high_ends_in_infinity_and_stops_there():
    of = problem("ravine")
    (run,) = runs(race_of(of, racer("SGD", of, learning_rate=5.0), steps=2000))
    assert run.diverged
    assert not math.isfinite(run.loss[-1])
    assert np.isfinite(run.finite).all()
    assert len(run.loss) < 500
    (taken,) = running.apart(
        race_of(of, racer("SGD", of, learning_rate=5.0), steps=2000), "SGD", 1999
    )
    assert taken.epoch < 500


@pytest.mark.slow
def test_only_lbfgs_asks_for_more_than_one_gradient_a_step():
    for run in usual("rosenbrock"):
        once = np.arange(1, len(run.calls) + 1)
        assert (run.calls > once)[1:].all() if run.slug == "LBFGS" else (run.calls == once).all()


def test_ones_own_function_is_computed_as_typed():
    f = landscapes.function(
        problem(OWN, formula="-(x - 1)**2 / (2 + y*y) + exp(-x) + 1/4 - abs(y)")
    )
    x, y = 0.3, -1.7
    expected = -((x - 1) ** 2) / (2 + y * y) + math.exp(-x) + 1 / 4 - abs(y)
    assert value(f, [x, y]) == pytest.approx(expected, rel=1e-12)


def test_only_the_line_search_that_fails_is_out_of_the_race():
    """torch's strong Wolfe search indexes an empty list where f turns to nan."""
    of = problem(OWN, formula="log(x)")
    made = race_of(of, racer("SGD", of), racer("LBFGS", of), racer("Adam", of), steps=20)
    plain, failed, scaled = runs(made)
    assert failed.error == Failure("IndexError", "list index out of range")
    assert (len(failed.loss), failed.diverged) == (1, False)
    assert not plain.error
    assert not scaled.error
    assert len(plain.loss) == 21
    assert "LBFGS stopped at epoch 0" in words.raised(failed, str)
    assert list(running.apart(made, "LBFGS", 5)) == []


def test_where_there_is_no_step_nothing_is_taken_apart():
    of = problem(OWN, formula="log(x) + y")
    made = race_of(of, racer("SGD", of), steps=5, start=(-1.5, 0.0))
    assert list(running.apart(made, "SGD", 0)) == []
    (run,) = runs(made)
    assert "no finite value at this start" in words.diverged([run], str)
    assert "smaller rate" not in words.diverged([run], str)


def test_only_who_grew_too_large_is_advised_a_smaller_rate():
    of = problem("ravine")
    (wild,) = runs(race_of(of, racer("SGD", of, learning_rate=5.0), steps=2000))
    assert "smaller rate" in words.diverged([wild], str)
    of = problem(OWN, formula="log(x)")
    (left,) = runs(race_of(of, racer("SGD", of, learning_rate=0.5), steps=200))
    assert np.isnan(left.loss[-1])
    said = words.diverged([left], str)
    assert f"at epoch {len(left.loss) - 1}" in said
    assert "smaller rate" not in said


def test_weights_that_are_all_0_differ_by_nothing():
    of = problem(OWN, formula="x*y")
    (taken,) = running.apart(race_of(of, racer("SGD", of), steps=4, start=(0.0, 0.0)), "SGD", 2)
    assert taken.off == 0


@pytest.mark.parametrize("x", [5e4, 1e6])
def test_the_farthest_points_get_a_rate_that_is_stable(x):
    of = problem("line", data=f"{-x:.0f},1\n{x:.0f},2\n0,0")
    known = arena.arena(of)
    assert known.rate("SGD") < 2 / known.steep
    (run,) = runs(race_of(of, racer("SGD", of), steps=50))
    assert run.loss[-1] < run.loss[0]


def test_lbfgs_is_charged_for_what_its_steps_alone_would_ask():
    of = problem("rosenbrock")
    one = racer("LBFGS", of)
    f, start = landscapes.function(of), arena.arena(of).start
    weights = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    options = one.settings.torch_options
    optimizer = torch.optim.LBFGS([weights], lr=one.settings.learning_rate, **options)
    asked = 0

    def closure():
        nonlocal asked
        asked += 1
        optimizer.zero_grad()
        loss = f(*weights)
        loss.backward()
        return loss

    expected = []
    for _ in range(6):
        expected.append(asked + 1)  # and the one here
        optimizer.step(closure)
    (run,) = runs(race_of(of, one, steps=6))
    assert run.calls.tolist() == [*expected, asked + 1]


def test_ties_and_a_start_at_the_goal_are_told_as_such():
    def run(slug, *loss):
        return Run(slug, np.array(loss), np.zeros((len(loss), 2)), np.arange(len(loss)), False)

    made = race_of(problem("ravine"), racer("SGD", problem("ravine")), steps=2)
    two = [run("SGD", 3.0, 2.0, 0.5), run("Adam", 3.0, 2.5, 0.9), run("Rprop", 3.0, 2.5, 2.0)]
    said = words.result(made, two, 1.0, str)
    assert said == (
        "SGD, Adam are first together: down to 1 at epoch 2. Not there by epoch 2: Rprop."
    )
    assert words.result(made, two[1:], 1.0, str).startswith("Adam is first: down to 1 at epoch 2.")
    assert words.result(made, two[2:], 1.0, str) == "No racer gets down to 1 by epoch 2."
    assert words.result(made, two, 3.0, str) == "The start is no higher than 3 already."


@pytest.mark.slow
def test_adagrads_rate_only_shrinks_though_a_step_may_grow():
    of = problem("rosenbrock")
    made = race_of(of, racer("Adagrad", of), steps=100)
    taken = [next(running.apart(made, "Adagrad", epoch)) for epoch in range(0, 100, 5)]
    sums = np.array([step.quantity("sum").torch for step in taken])
    assert (np.diff(sums, axis=0) >= 0).all()
    lengths = [np.abs(step.change).max() for step in taken]
    assert (np.diff(lengths) > 0).any()


@pytest.mark.slow
def test_rprop_keeps_0_for_a_gradient_whose_sign_turned():
    of = problem("rosenbrock")
    made = race_of(of, racer("Rprop", of), steps=40)
    taken = [next(running.apart(made, "Rprop", epoch)) for epoch in range(40)]
    turned = 0
    for before, step in pairwise(taken):
        last, grad, kept = (
            np.array(values)
            for values in (
                before.quantity("prev").torch,
                step.quantity("grad").torch,
                step.quantity("prev").torch,
            )
        )
        np.testing.assert_array_equal(kept, np.where(last * grad < 0, 0.0, grad))
        turned += (last * grad < 0).sum()
    assert turned > 0


@pytest.mark.parametrize("formula", ["x", "x + 0*y", "1/0*x", "sqrt(x)", "log(0)*y", "mean(x*y)"])
def test_any_function_that_parses_can_be_raced_on(formula):
    of = problem(OWN, formula=formula)
    seen, *found = running.run(race_of(of, racer("SGD", of), racer("LBFGS", of), steps=20))
    assert seen.loss.shape == (running.SIDE, running.SIDE)
    assert all(isinstance(run, Run) for run in found)
    assert math.isfinite(arena.goal(of, seen, float(found[0].loss[0])))


@pytest.mark.parametrize(
    "formula",
    ["", "x.__class__", "z + x", "__import__('os')", "x**", "x if y else 1", "x;y", "5"],
)
def test_a_formula_that_breaks_a_rule_is_refused(formula):
    with pytest.raises(ExpressionError):
        problem(OWN, formula=formula)


def test_a_stranger_among_the_names_is_named():
    with pytest.raises(ExpressionError, match=r"z is unknown here: the function is one of x and y"):
        knobs.parse("x + z")


def run_of(*loss, slug="SGD"):
    return Run(slug, np.array(loss), np.zeros((len(loss), 2)), np.arange(len(loss)), False)


def test_plain_descent_above_its_border_runs_away_from_the_first_epoch():
    """The Booth function's curvatures are 2 and 18, so it is stable up to 2/18."""
    of = problem(OWN, formula="(x + 2*y - 7)**2 + (2*x + y - 5)**2", reach=10)
    for rate, gone in ((0.99 * 2 / 18, None), (0.2, 1)):
        (run,) = runs(race_of(of, racer("SGD", of, learning_rate=rate)))
        assert run.ran_away == gone
        assert not run.diverged
    (run,) = runs(race_of(of, racer("SGD", of, learning_rate=0.2)))
    growth = (1 - 0.2 * 18) ** 2
    assert run.loss[-1] / run.loss[-2] == pytest.approx(growth, rel=1e-6)


@pytest.mark.parametrize("formula", ["2/x", "-2/x", "y + 3/x", "log(abs(x))"])
@pytest.mark.parametrize("reach", [2.0, 7.0, 100.0])
def test_the_target_is_that_of_the_function_beside_its_pole(formula, reach):
    of = problem(OWN, formula=formula, reach=reach)
    known = arena.arena(of)
    landscape = landscapes.grid(of, *known.window(known.start), running.SIDE)
    goal = arena.goal(of, landscape, value(landscapes.function(of), known.start))
    assert abs(goal) < 200
    assert (landscape.loss <= goal).any()


def test_who_falls_without_end_is_told():
    of = problem(OWN, formula="x**2 - y**2")
    (run,) = runs(race_of(of, racer("SGD", of, learning_rate=0.3), start=(1.0, 0.5)))
    assert run.loss[-1] == pytest.approx(-((0.5 * 1.6**200) ** 2), rel=1e-6)
    assert "SGD falls without end" in words.diverged([run], str)
    made = race_of(of, racer("SGD", of, learning_rate=0.3))
    assert words.table(made, [run], -1.0, str)["last loss"] == ["< -1e+15"]
    assert "falls" not in words.diverged([run_of(1.0, 0.5, -3.0)], str)


def test_who_comes_down_first_runs_away_from_where_it_leaves_its_start_behind():
    loss = [10.0, 5.0, 2.0, 8.0, 9.0, 20.0, 80.0, 300.0, 1e3, 4e3]
    assert run_of(*loss).ran_away == 5


@pytest.mark.parametrize(
    "loss",
    [
        [0.0, *[3.0, 4.0] * 10],  # it jumps about a lowest point where it started
        [10.0, 20.0, 10.0, 20.0, 10.0, 20.0, 10.0, 20.0],
        [10.0, *[9.0 - k for k in range(9)]],
        [10.0, 9.0, 500.0, 4e3, 8e3, 100.0, 20.0, 3.0, 2.0],  # and back
        [1.0, 1e9],  # too short to tell
        [0.0, -5.0, -50.0, -500.0, -5e3, -5e4, -5e5, -5e6],
    ],
)
def test_who_swings_or_comes_down_has_not_run_away(loss):
    assert run_of(*loss).ran_away is None


def test_who_ran_away_is_last_and_not_late_and_who_left_again_is_told():
    of = problem("ravine")
    made = race_of(of, racer("SGD", of), racer("Adam", of), steps=9)
    gone = run_of(10.0, 5.0, 2.0, 8.0, 9.0, 20.0, 80.0, 300.0, 1e3, 4e5)
    there = run_of(*[10.0] * 9, 0.5, slug="Adam")
    left = run_of(*[10.0] * 5, 0.5, *[10.0] * 3, 4.0, slug="RMSprop")
    assert ranking([gone, left, there], 1.0) == [left, there, gone]
    said = words.result(made, [gone, there, left], 1.0, str)
    assert said == (
        "RMSprop is first: down to 1 at epoch 5. There, but above it again at epoch 9: RMSprop (4)."
    )
    assert "SGD diverged: from epoch 5 on" in words.diverged([gone, there, left], str)
    assert words.table(made, [gone, there], 1.0, str)["last loss"] == ["0.5", "diverged"]


def test_what_a_race_cannot_be():
    of = problem("ravine")
    with pytest.raises(ValueError, match="steps is 2001"):
        race_of(of, racer("SGD", of), steps=2001)
    with pytest.raises(ValueError, match="9 racers, but 1 to 8 fit"):
        race_of(of, *(racer(slug, of) for slug in list(RACERS)[:9]))
    with pytest.raises(ValueError, match="slug is 'everest'"):
        Problem(slug="everest")
    with pytest.raises(ValueError, match="nesterov is True, but it needs a momentum"):
        Racer.of("Nesterov", 0.1, momentum=0.0)


def test_the_ranking_is_by_epochs_then_by_loss_and_who_ran_away_is_last():
    def run(slug, *loss):
        diverged = not math.isfinite(loss[-1])
        return Run(slug, np.array(loss), np.zeros((len(loss), 2)), np.arange(len(loss)), diverged)

    slow, fast = run("slow", 3.0, 2.0, 0.5), run("fast", 3.0, 0.9, 0.9)
    never, gone = run("never", 3.0, 2.0, 2.0), run("gone", 3.0, 9.0, math.inf)
    assert ranking([gone, never, slow, fast], 1.0) == [fast, slow, never, gone]


@pytest.mark.slow
@pytest.mark.parametrize("attempt", words.TRIES, ids=lambda attempt: attempt.knobs["problem"])
def test_what_the_tries_say_is_so(attempt):
    knobs = attempt.knobs
    of = problem(knobs["problem"])
    known = arena.arena(of)
    start = tuple(
        knobs.get(f"race_{name}", usual) for name, usual in zip("xy", known.start, strict=True)
    )
    racers = [
        racer(slug, of, learning_rate=knobs.get(f"race_lr_{slug}", known.rate(slug)))
        for slug in knobs["racers"]
    ]
    found = {run.slug: run for run in runs(race_of(of, *racers, steps=300, start=start))}
    if of.slug == "ravine":
        assert found["SGD"].loss[-1] > found["SGD"].loss[0]
        assert found["momentum"].reaches(known.goal) is not None
        label, said = words.attempt(attempt, str)
        assert label.endswith(f", {knobs['race_lr_SGD']:g}")
        assert f"2/λmax = {2 / known.steep:g}," in said
        assert "momentum 0.9 the border is 1.9 times" in said
    elif of.slug == "saddle":
        ends = [run.places[-1] for run in found.values()]
        assert np.abs(ends).max() < 0.1
    else:
        ends = [
            [k for k, low in enumerate(known.lowest) if np.hypot(*(run.places[-1] - low)) < 0.2]
            for run in found.values()
        ]
        assert len({k for near in ends for k in near}) >= 2  # of the four valleys


@pytest.mark.parametrize(
    "path", sorted((catalog.FOLDER / "optimizers").glob("*.py")), ids=lambda p: p.stem
)
def test_a_lesson_fits_on_one_screen(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines), default=0) <= 68
    assert "playground" not in path.read_text()
