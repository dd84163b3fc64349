import re

import numpy as np
import pytest

from playground.core import analysis, catalog, motion, settings, training, verdict, verdict_words
from playground.core.catalog import STAGES
from playground.core.history import History
from playground.core.i18n import LANGUAGES, translator
from playground.core.settings import OPTIMIZERS, Settings
from playground.core.verdict import KINDS, Goal, Verdict
from tests.samples import length


def judged(stage, ladder="polynomial", **given):
    of = Settings.of(stage, ladder=ladder, **given)
    return verdict.judge(training.run(of), of)


def said(stage, ladder="polynomial", **given):
    of = Settings.of(stage, ladder=ladder, **given)
    return all_said(verdict.judge(training.run(of), of), of, str)


def all_said(found, of, _):
    return " ".join([verdict_words.seen(found, _), verdict_words.why(found, of, _)]).strip()


def of(loss, ended="finished"):
    return History(names=("a",), loss=np.array(loss, dtype=float), ended=ended)


def seen(loss, floor=1.0, ended="finished", **goal):
    return verdict.verdict(of(loss, ended), Goal(floor, floor, **goal))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "given", "kind"),
    [
        ("autograd", {}, "falling"),
        ("autograd", {"learning_rate": 3e-6, "epochs": 1200}, "converged"),
        ("autograd", {"learning_rate": 3.56e-6}, "growing"),
        ("autograd", {"learning_rate": 4e-6}, "diverged"),
        ("autograd", {"learning_rate": 3.6e-6, "epochs": 50}, "growing"),
        ("autograd", {"epochs": 1}, "started"),
        ("autograd", {"epochs": 20}, "falling"),
        ("optim", {}, "stalled"),
        ("optim", {"learning_rate": 1e-2, "epochs": 500}, "damped"),
        ("optim", {"optimizer": "NAdam", "epochs": 1000}, "converged"),
        ("optim", {"optimizer": "SGD", "momentum": 1.0, "epochs": 500}, "swinging"),
        ("optim", {"optimizer": "Adadelta", "epochs": 3000}, "creeping"),
        ("nn", {"target": "cubic", "learning_rate": 3e-6}, "converged"),
        ("nn", {"target": "step", "learning_rate": 3e-6, "epochs": 1200}, "converged"),
        # growth at first is no growth for good: a swing that is slower than the run
        ("module", {"momentum": 0.99, "learning_rate": 1e-7, "epochs": 30}, "damped"),
        ("module", {"momentum": 0.99, "learning_rate": 1e-7, "epochs": 2000}, "converged"),
        ("module", {"momentum": 1.0, "epochs": 20}, "swinging"),
        ("module", {"momentum": 0.9, "learning_rate": 6.75e-6, "epochs": 30}, "damped"),
        ("module", {"momentum": 0.9, "learning_rate": 6.75e-6, "epochs": 300}, "converged"),
        ("dynamic", {"seed": 9, "epochs": 2000}, "falling"),
        ("dynamic", {"learning_rate": 4e-8, "epochs": 3000}, "diverged"),
    ],
)
def test_the_verdict_on_a_real_run(stage, given, kind):
    assert judged(stage, **given).kind == kind


def test_momentum_that_shrinks_swings_and_dies_down():
    found = judged("loss_and_optimizer", "one_weight", momentum=0.9, epochs=200)
    assert found.kind == "damped"
    assert found.numbers["factor"] == pytest.approx(np.sqrt(0.9))


def test_a_loss_that_has_arrived_is_not_all():
    """The largest curvature decides the loss; along the flattest nothing has moved."""
    own = "100000,1\n200000,2\n300000,3"
    found = judged("linear", "linear_regression", data=own, learning_rate=1e-11)
    assert found.kind == "flat"
    assert found.numbers["left"] > 90
    found = judged("linear", "linear_regression", optimizer="Adam", learning_rate=0.3, epochs=300)
    assert found.kind == "converged"
    assert found.numbers["left"] < 0.01


def test_where_weight_decay_holds_the_loss_is_where_it_arrives():
    given = {"weight_decay": 10.0, "epochs": 3000, "learning_rate": 3e-6}
    of = Settings.of("module", **given)
    held = motion.motion(of).rest_loss
    assert held > 1.001 * analysis.floor(of)
    found = judged("module", **given)
    assert found.kind == "converged"
    assert found.numbers["loss"] == pytest.approx(held, rel=1e-4)
    assert f"the loss is {held:.4g}, where weight decay holds it" in said("module", **given)


def test_the_numbers_of_a_verdict_are_those_of_the_run():
    falling = seen(100 * 0.99 ** np.arange(300))
    assert falling.kind == "falling"
    assert falling.numbers["percent"] == pytest.approx(100 * (1 - 0.99**100))
    assert falling.numbers["times"] == pytest.approx(100 * 0.99**299)
    assert seen([3, 9, 81, np.inf], ended="diverged").numbers == {"epoch": 3}
    swinging = seen([100, 50, *([20, 30] * 50)])
    assert swinging.kind == "wandering"
    assert (swinging.numbers["low"], swinging.numbers["high"]) == (20, 30)
    assert swinging.numbers["change"] == 1


@pytest.mark.parametrize(
    ("loss", "kind"),
    [
        (50 + 40 * 0.99 ** np.arange(400) * np.cos(np.arange(400)), "damped"),
        (50 + 40 * np.cos(np.arange(400)), "wandering"),
        (50 + 1e-2 * 1.02 ** np.arange(400) * np.cos(np.arange(400)), "wandering"),
        ([10, 9000, 4000, *np.linspace(4000, 5, 60)], "returned"),
        ([*np.linspace(100, 5, 50), *np.linspace(5, 80, 30)], "growing"),
        ([*np.linspace(100, 5, 50), *np.linspace(5, 5.5, 150)], "creeping"),
        (np.linspace(100, 99.9999, 100), "stalled"),
    ],
)
def test_what_was_seen(loss, kind):
    found = seen(loss)
    assert found.kind == kind
    if "high" in found.numbers:
        assert found.numbers["high"] in loss


def test_a_swing_that_gets_wider_is_said_to():
    found = seen(50 + 1e-2 * 1.02 ** np.arange(400) * np.cos(np.arange(400)))
    assert found.numbers["change"] > 1.25


def test_a_forecast_comes_true():
    """The excess over the floor halves every 50 epochs: 100 times less takes 332."""
    loss = 1 + 100 * 0.5 ** (np.arange(300) / 50)
    best = analysis.quadratic_for(Settings.of("numpy"))
    found = verdict.verdict(of(loss), Goal(1.0, 1.0, best=best))
    assert found.numbers["arrival"] == pytest.approx(50 * np.log2(100 / 0.01), abs=2)
    assert "arrival" not in seen(loss).numbers  # where nobody knows the floor for sure


def test_a_floor_of_zero_divides_nothing():
    for loss in (100 * 0.99 ** np.arange(300), np.full(300, 5.0), 1e-9 * np.ones(300)):
        assert seen([100, *loss], floor=0.0).kind in KINDS


def test_a_loss_of_zero_that_rises_again_divides_nothing():
    """Plain momentum on one weight: exactly at the lowest point, and through it."""
    given = {"learning_rate": 0.0666666667, "momentum": 0.9, "epochs": 3}
    found = judged("loss_and_optimizer", "one_weight", **given)
    assert found.numbers["low"] == 0
    assert found.kind == "damped"
    fallen = [100, *np.linspace(50, 1, 98), *np.zeros(40), *np.full(100, 5.0)]
    assert seen(fallen, floor=0.0).kind in KINDS


def test_a_high_start_makes_nothing_arrive_above_its_floor():
    own = "0,100000\n1,100000.3\n2,100000\n3,100000.3"
    given = {"data": own, "centre": True, "learning_rate": 0.1, "epochs": 1000}
    of = Settings.of("linear", ladder="linear_regression", **given)
    run, floor = training.run(of), analysis.quadratic_for(of).floor
    assert run.loss[-1] > 1.01 * floor > 0
    assert verdict.judge(run, of).kind not in ("converged", "flat")


@pytest.mark.parametrize("own", ["0,0.1\n1,0.3\n2,0.5\n3,0.7", "0.1,99.7\n0.2,99.4\n0.3,99.1"])
def test_points_on_a_line_to_float32_have_a_floor_of_0_and_are_reached(own):
    given = {"data": own, "centre": True, "optimizer": "LBFGS", "epochs": 50}
    of = Settings.of("linear", ladder="linear_regression", **given)
    assert analysis.quadratic_for(of).floor == 0
    assert verdict.judge(training.run(of), of).kind == "converged"


def test_a_graph_with_more_terms_may_end_below_the_cubics_floor():
    found = seen([100, *[9.77] * 300], floor=10.0)
    assert found.kind == "converged"
    text = verdict_words.sentence(found, str)
    assert text == "Converged: the loss is below the least-squares floor, at 0.977 times it."
    nearly = verdict_words.sentence(seen([100, *[9.99999] * 300], floor=10.0), str)
    assert nearly == "Converged: the loss is at the floor, to four digits."


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_has_its_sentence(kind, language):
    names = ("loss", "times", "percent", "epochs", "epoch", "low", "high", "turn", "top", "left")
    numbers = dict.fromkeys(names, 2.0)
    _ = translator(language)
    assert "2" in verdict_words.sentence(Verdict(kind, numbers), _)
    text = all_said(Verdict(kind, numbers | {"times": np.inf}), Settings.of("optim"), _)
    assert "inf" not in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (1.0001, "The rate is just above the largest stable one"),
        (0.9999, "The rate is at the largest stable one, 2/λmax = 3.558e-06, or just below"),
        (2.0, "is 2 times the largest stable one"),
        (0.5, "is 0.5 of the largest stable one"),
    ],
)
def test_the_rate_beside_the_largest_stable_one(share, expected):
    rate = share * analysis.quadratic_for(Settings.of("autograd")).stable_rate
    of = Settings.of("autograd", learning_rate=rate)
    assert expected in " ".join(verdict_words.cause(Verdict("growing"), of, str))


@pytest.mark.parametrize(
    ("given", "formula"),
    [
        ({"momentum": 0.9}, "2(1+momentum)/λmax"),
        ({"momentum": 0.9, "nesterov": True}, "2(1+momentum)/((1+2·momentum)·λmax)"),
        ({"weight_decay": 1.0}, "2/(λmax + weight_decay)"),
    ],
)
def test_the_border_is_named_by_its_formula(given, formula):
    of = Settings.of("module", **given)
    text = " ".join(verdict_words.cause(Verdict("falling"), of, str))
    assert f"{formula} = {motion.motion(of).border:.4g}" in text


@pytest.mark.parametrize("optimizer", ["RMSprop", "Adam"])
def test_no_cause_is_named_that_is_not_known(optimizer):
    text = all_said(Verdict("diverged", {"epoch": 5}), Settings.of("optim"), str)
    assert text == "Diverged: at epoch 5 the loss was no longer a finite number."


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.00"), (0.12345, "12.34"), (0.99995, "99.9950"), (0.999986, "99.9986"),
        (0.99999999, "99.9999"), (1 - 1e-16, "99.9999"), (1.0, "100"), (-0.5, "0.00"),
    ],
)  # fmt: skip
def test_the_gap_is_closed_only_where_nothing_is_left(share, text):
    assert verdict_words.closed(share) == text


def draw(rng):
    """Return settings of any lesson and optimizer, on both sides of the border."""
    lesson = rng.choice(list(catalog.ALL))
    given = {"epochs": int(10 ** rng.uniform(0, 2.7))}
    optimizer = None
    if "optimizer" in lesson.knobs:
        optimizer = str(rng.choice([o for o in OPTIMIZERS if o not in lesson.optimizers_left_out]))
        given["optimizer"] = optimizer
        for name in OPTIMIZERS[optimizer].options:
            if name == "momentum":
                given[name] = float(rng.choice([0, 0.5, 0.9, 0.99, 1]))
            if name == "weight_decay":
                given[name] = float(rng.choice([0, 0, 0.01, 1, 10]))
    usual = settings.defaults(lesson, optimizer)["learning_rate"]
    given["learning_rate"] = min(10.0, usual * 10 ** rng.uniform(-2, 1.5))
    known = catalog.LADDERS[lesson.ladder].knobs
    if "points" in known:
        given["points"] = int(rng.choice([10, 30, 200]))
    if "noise" in known:
        given["noise"] = float(rng.choice([0, 0.3]))
    if "seed" in known:
        given["seed"] = int(rng.integers(0, 50))
    return Settings.of(lesson.slug, ladder=lesson.ladder, **given)


def contradicted(found, run, of):
    """Return what in a verdict the run's own numbers do not bear out; an oracle of this test's."""
    loss, numbers, floor = run.finite, found.numbers, analysis.floor(of)
    smooth = "block" in numbers
    last = numbers.get("loss", loss[-1])
    if not smooth and last not in loss[-1:] and "loss" in numbers:
        yield "loss"
    if found.kind == "diverged" and (np.isfinite(run.loss[-1]) or numbers["epoch"] != len(loss)):
        yield "diverged"
    if found.kind == "started" and len(loss) > 2:
        yield "started"
    if found.kind in ("converged", "flat"):
        rest = motion.rest(of)
        aim = floor if rest is None else analysis.sought(of).at(rest)
        if not last <= 1.0101 * aim and not (aim == 0 and last <= 1.01e-10 * loss[0]):
            yield "arrived"
    if found.kind == "falling" and not smooth and not loss[-1] < loss[-1 - int(numbers["epochs"])]:
        yield "falling"
    if found.kind in ("creeping", "growing") and not last > loss.min():
        yield "rising"
    if found.kind == "growing" and not smooth and loss[int(numbers["turn"])] != loss.min():
        yield "turn"
    if found.kind in ("damped", "wandering", "swinging") and not numbers["low"] < numbers["high"]:
        yield "band"
    if found.kind == "returned" and not last < numbers["high"] / 2:
        yield "returned"
    moved = motion.motion(of)
    if moved and moved.factor < 1 and found.kind in ("growing", "swinging"):
        yield "stable"
    if moved and moved.factor > 1 and found.kind in ("damped", "swinging"):
        yield "unstable"


@pytest.mark.slow
def test_no_verdict_contradicts_its_own_numbers(pytestconfig):
    rng = np.random.default_rng(pytestconfig.getoption("seed"))
    wrong, kinds = [], {}
    for _ in range(length(pytestconfig, 50, 5000)):
        of = draw(rng)
        run = training.run(of)
        found = verdict.judge(run, of)
        kinds[found.kind] = kinds.get(found.kind, 0) + 1
        wrong += [(what, found, of) for what in contradicted(found, run, of)]
        text = all_said(found, of, str)
        assert not re.search(r"\b(nan|inf)\b|[{}]", text), text
    print(*sorted(kinds.items()), sep="\n")
    assert not wrong, wrong[:3]


@pytest.mark.parametrize("slug", STAGES)
def test_every_stage_is_judged(slug):
    assert judged(slug, epochs=30).kind in KINDS
