import pickle
import re
import subprocess
import sys
from functools import cache

import numpy as np
import pytest
import torch

from playground.core import data, training
from playground.core.i18n import LOCALES
from playground.core.quantities import plain
from playground.core.settings import Settings
from playground.features.accumulation import knobs, results, words, work
from playground.features.accumulation.knobs import (
    CLEARINGS,
    DIVISIONS,
    POINTS,
    UPDATES_OF_ZERO_GRAD,
    Forgotten,
    Loop,
    MicroBatches,
    Retain,
)
from playground.features.accumulation.view.parts import PARTS
from playground.jobs.failure import Failure
from playground.lessons.autograd import accumulate_forgotten
from tests.languages import COMPLETE
from tests.samples import length


def loop(**given):
    return {c.clearing: c for c in work.loop(Loop(**given))}


def walk(operation, retain_graph, calls=3):
    walks = work.retain(Retain(calls=calls))
    return next(w for w in walks if (w.operation, w.retain_graph) == (operation, retain_graph))


def micro_batches(**given):
    return {d.divide: d for d in work.micro_batches(MicroBatches(**given))}


@cache
def forgotten(**given):
    return {f.update: f for f in work.forgotten(Forgotten(**given))}


def test_without_clearing_the_gradient_is_three_times_the_step():
    kept = loop(steps=8)["keep"]
    assert kept.after_backward == tuple((3.0 * k,) * 4 for k in range(1, 9))
    assert kept.after_clearing == kept.after_backward


@pytest.mark.parametrize("clearing", CLEARINGS[1:])
def test_each_way_to_clear_gives_three_at_every_step(clearing):
    assert loop(steps=3)[clearing].after_backward == ((3.0,) * 4,) * 3


def test_the_ways_to_clear_differ_in_what_they_leave_and_whose_memory_it_is():
    found = loop(steps=2)
    left = {name: c.after_clearing[-1] for name, c in found.items()}
    zeros, threes, sixes = ((v,) * 4 for v in (0.0, 3.0, 6.0))
    assert left == {
        "keep": sixes, "zero_": zeros, "none": None, "zero_grad": None, "zero_grad_zeros": zeros,
    }  # fmt: skip
    assert {name for name, c in found.items() if c.same_tensor} == {
        "keep", "zero_", "zero_grad_zeros",
    }  # fmt: skip
    firsts = {name: c.first for name, c in found.items()}
    assert firsts == {
        "keep": sixes, "zero_": zeros, "none": threes, "zero_grad": threes,
        "zero_grad_zeros": zeros,
    }  # fmt: skip


@pytest.mark.parametrize(("grad", "moves"), [(None, False), (torch.zeros(2), True)])
def test_an_optimizer_skips_none_but_takes_zeros_as_an_answer(grad, moves):
    """As the text says: momentum and weight decay go on with a gradient of zeros."""
    for options in ({"momentum": 0.9}, {"weight_decay": 0.1}):
        w = torch.ones(2, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.1, **options)
        w.grad = torch.ones(2)
        optimizer.step()
        before = w.detach().clone()
        w.grad = grad
        optimizer.step()
        assert bool((w.detach() != before).any()) == moves


@pytest.mark.parametrize("operation", ["product", "sum"])
def test_a_retained_graph_adds_the_same_again(operation):
    calls = walk(operation, True).calls
    assert (calls[0].w_grad, calls[0].b_grad) == (None, None)
    assert [c.b_grad for c in calls[1:]] == [1, 2, 3]
    assert [c.w_grad for c in calls[1:]] == ([4, 8, 12] if operation == "product" else [1, 2, 3])
    assert not any(c.freed or c.error for c in calls)


def test_the_second_call_raises_torchs_own_error_after_b_had_its_share():
    calls = walk("product", False).calls
    w, b = (torch.tensor(v, requires_grad=True) for v in (3.0, 1.0))
    z = w * 4 * torch.tensor(1.0) + b
    z.backward()
    with pytest.raises(RuntimeError) as raised:
        z.backward()
    assert calls[-1].error == Failure("RuntimeError", str(raised.value))
    assert len(calls) == 3
    assert [(c.w_grad, c.b_grad) for c in calls[1:]] == [(4, 1), (4, 2)]
    assert calls[0].keeps == ("MulBackward0: other = 4",)
    assert [c.freed for c in calls] == [False, True, True]


def test_a_sum_keeps_nothing_and_never_raises():
    calls = walk("sum", False, calls=6).calls
    assert [c.b_grad for c in calls[1:]] == [1, 2, 3, 4, 5, 6]
    assert not any(c.keeps or c.error or c.freed for c in calls)


def full_gradient(weights):
    """The gradient of the mean squared error, worked out by hand."""
    x, y = data.sample("sin", POINTS)
    powers = np.vander(x, 4, increasing=True)
    return 2 * powers.T @ (powers @ np.array(weights) - y) / POINTS


@pytest.fixture
def few_updates(monkeypatch):
    monkeypatch.setattr(work, "UPDATES", 20)


@pytest.mark.usefixtures("few_updates")
@pytest.mark.parametrize("k", range(1, 11))
def test_k_parts_divided_by_k_are_the_full_batch_and_undivided_k_times_that(k):
    found = micro_batches(k=k)
    expected = full_gradient(data.start(Settings.of("autograd")))
    for divide, times in {"full": 1, "by_k": 1, "by_share": 1, "no": k}.items():
        gradient = found[divide].gradients
        assert gradient.shape == (1 if divide == "full" else k, 4)
        np.testing.assert_allclose(gradient[-1], times * expected, rtol=1e-12)
    assert found["no"].times(found["full"]) == pytest.approx(k, rel=1e-12)
    assert found["by_k"].off(found["full"]) < 1e-14
    np.testing.assert_allclose(found["by_k"].loss, found["full"].loss, rtol=1e-10)


@pytest.mark.usefixtures("few_updates")
@pytest.mark.parametrize("k", [2, 3, 7, 10])
def test_unequal_parts_need_their_share_not_one_over_k(k):
    settings = MicroBatches(k=k, cut="unequal")
    assert sum(settings.sizes) == POINTS
    assert list(settings.sizes) == sorted(set(settings.sizes))
    found = micro_batches(k=k, cut="unequal")
    assert found["by_share"].off(found["full"]) < 1e-14
    assert found["by_k"].off(found["full"]) > 0.1
    np.testing.assert_allclose(found["by_share"].loss, found["full"].loss, rtol=1e-10)


@pytest.mark.usefixtures("few_updates")
def test_undivided_steps_are_those_of_a_rate_k_times_as_large():
    undivided = micro_batches(k=3, rate=2e-3)["no"]
    np.testing.assert_allclose(
        undivided.loss, micro_batches(k=1, rate=6e-3)["full"].loss, rtol=1e-9
    )


@pytest.mark.slow
def test_undivided_helps_until_the_rate_is_too_large_as_the_text_says():
    last = words.facts(MicroBatches())["last"]
    first = last + 1
    for k in range(2, last + 1):
        found = micro_batches(k=k)
        assert found["no"].loss[-1] < found["full"].loss[-1]
    found = micro_batches(k=first)
    assert found["no"].loss[-1] > 1e3 * found["no"].loss[0]


def test_forgetting_is_momentum_one(pytestconfig):
    fits = forgotten(fit_epochs=length(pytestconfig, 300, 1000))
    assert results.difference(fits["forget"], fits["momentum"]) <= 1e-6
    assert results.difference(fits["forget"], fits["clear"]) > 1


def test_forgetting_follows_a_swing_without_friction():
    """w[k+1] - 2 w[k] + w[k-1] = -rate times the gradient at w[k], whose form is quadratic."""
    best = knobs.summed_loss()
    points = [torch.tensor(v) for v in data.sample("sin", 2000)]
    start = data.start(Settings.of("autograd"))
    moments = accumulate_forgotten.train(
        *points, start, epochs=400, learning_rate=1e-6, update="forget"
    )
    w = np.array([[v.item() for v in weights] for _loss, weights in moments]) - best.weights
    second = w[2:] - 2 * w[1:-1] + w[:-2]
    np.testing.assert_allclose(second, -1e-6 * w[1:-1] @ best.hessian, atol=1e-10)
    along = w @ np.linalg.eigh(best.hessian)[1]
    for k, curvature in enumerate(best.eigenvalues):
        turn = 2 * np.pi / knobs.period(1e-6, curvature)
        swing = along[2:, k] - 2 * np.cos(turn) * along[1:-1, k] + along[:-2, k]
        assert np.abs(swing).max() < 1e-9 * np.abs(along[:, k]).max()


@pytest.mark.slow
def test_the_forgetful_fit_neither_settles_nor_runs_away_below_four_over_lambda():
    stable = knobs.summed_loss().stable_rate
    for rate in (0.3 * stable, 1.4 * stable):
        fits = forgotten(fit_rate=rate, fit_epochs=500)
        early, late = np.split(fits["forget"].loss, 2)
        assert late.max() == pytest.approx(early.max(), rel=0.1)
        cleared = fits["clear"]
        assert cleared.diverged if rate > stable else cleared.loss[-1] < 0.05 * cleared.loss[0]
    above = forgotten(fit_rate=2.1 * stable, fit_epochs=500)
    assert all(fit.diverged for fit in above.values())
    assert results.difference(above["forget"], above["momentum"]) <= 1e-6


def test_the_sum_is_at_its_largest_when_the_newest_gradient_turns():
    """As the text says of the lower panel: it shows the sum, and its last summand."""
    fits = forgotten()
    total, newest = fits["forget"].gradients[:, 0], fits["momentum"].gradients[:, 0]
    np.testing.assert_allclose(np.cumsum(newest), total, rtol=1e-4, atol=5)
    turn = int(np.argmax(newest < 0))
    assert np.argmax(total[:12]) == turn - 1


def test_the_cleared_fit_is_the_stages_own_run():
    run = training.run(Settings.of("autograd", epochs=200))
    fits = forgotten(fit_epochs=200)
    np.testing.assert_allclose(fits["clear"].loss, run.loss, rtol=1e-4)


def test_a_difference_of_0_means_that_all_is_equal():
    def fit(loss, weight):
        return results.Fit("clear", np.array(loss), np.array([[weight]]), np.zeros((1, 1)))

    assert results.difference(fit([5.0], 7.0), fit([5.0], 7.0)) == 0
    assert results.difference(fit([np.nan], np.inf), fit([np.nan], np.inf)) == 0
    assert results.difference(fit([5.0], 7.0), fit([5.0], 8.0)) == 0.125
    for ours, theirs in (([5.0], 7.0), ([5.0], 0.0)), (([np.inf], 7.0), ([5.0], 7.0)), (
        ([5.0], 7.0), ([np.nan], 7.0),
    ):  # fmt: skip
        assert results.difference(fit(*ours), fit(*theirs)) == np.inf
        assert results.difference(fit(*theirs), fit(*ours)) > 0


@pytest.mark.parametrize("rate", [0.1, 1.0, 2.0])
def test_the_swing_has_its_closed_form(rate):
    t = 2 * np.pi / knobs.period(rate, 1.0)
    w, total = 1.0, 0.0
    for k in range(30):
        assert w == pytest.approx(np.cos((k + 0.5) * t) / np.cos(t / 2), abs=1e-12)
        total += w  # the gradient of w²/2
        w -= rate * total


def test_a_period_is_known_where_there_is_one():
    assert knobs.period(2.0, 1.0) == pytest.approx(4.0)  # cos t = 0: a quarter turn a step
    assert knobs.period(4.1, 1.0) == float("inf")


def test_what_the_parts_yield_can_be_read_without_torch():
    pieces = pickle.dumps([list(getattr(work, part)(PARTS[part].usual)) for part in PARTS])
    code = (
        "import pickle, sys; pickle.load(sys.stdin.buffer);"
        "from playground.features.accumulation import words;"
        "from playground.features.accumulation.figures import curves, gradients;"
        "sys.exit('torch' in sys.modules or 'streamlit' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], input=pieces, check=False).returncode == 0


def test_every_choice_is_run():
    assert tuple(loop()) == CLEARINGS
    assert tuple(micro_batches()) == DIVISIONS
    assert tuple(forgotten(fit_epochs=10)) == UPDATES_OF_ZERO_GRAD


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Loop(steps=0), "steps is 0, but it must be a whole number from 1 to 8"),
        (lambda: Loop(steps=2.5), "steps is 2.5, but it must be a whole number"),
        (lambda: Loop(clearing="often"), "clearing is 'often', but it must be one of keep, zero_"),
        (lambda: Retain(calls=7), "calls is 7, but it must be a whole number from 1 to 6"),
        (lambda: Retain(retain_graph="yes"), "retain_graph is 'yes', but it must be true or false"),
        (lambda: MicroBatches(k=11), "k is 11, but it must be a whole number from 1 to 10"),
        (
            lambda: MicroBatches(rate=float("nan")),
            "rate is nan, but it must be a number from 1e-05",
        ),
        (lambda: MicroBatches(cut="odd"), "cut is 'odd', but it must be one of equal, unequal"),
        (
            lambda: Forgotten(fit_epochs=10**9),
            "fit_epochs is 1000000000, but it must be a whole number",
        ),
        (
            lambda: Forgotten(fit_rate=1.0),
            "fit_rate is 1.0, but it must be a number from",
        ),
    ],
)
def test_a_value_out_of_bounds_is_named_with_its_rule(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("part", PARTS)
def test_the_text_is_there_and_its_numbers_are_computed(part, language):
    opening, rest = words.prose(part, language)
    assert opening
    assert rest.startswith("### ")
    assert "{{" not in opening + rest
    assert any("\u4e00" <= letter <= "\u9fff" for letter in rest) == (language == "zh")
    typed = (LOCALES / language / "accumulation" / f"{part}.md").read_text(encoding="utf-8")
    typed = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", typed)
    assert re.findall(r"\d{3,}|\d\.\d*[1-9]|\de-?\d", typed) == []


SPEAKS = "At the rate {} the fastest swing of the weights takes {} epochs and the slowest {}"


def test_the_text_speaks_of_the_rate_on_the_page():
    x = np.linspace(-np.pi, np.pi, 2000)
    bends = np.linalg.eigvalsh(2 * np.vander(x, 4).T @ np.vander(x, 4))
    for rate in (1e-8, 1e-6, 7.1e-6):
        _opening, rest = words.prose("forgotten", "en", Forgotten(fit_rate=rate))
        told = " ".join(rest.split())
        slow, fast = (2 * np.pi / np.arccos(1 - rate * bend / 2) for bend in bends[[0, -1]])
        assert SPEAKS.format(f"{rate:.4g}", plain(fast), plain(slow)) in told
        assert f"half as long: {plain(fast / 2)} and {plain(slow / 2)} epochs" in told
        assert f"4/λmax = {4 / bends[-1]:.4g}" in told
    _opening, rest = words.prose("forgotten", "en", Forgotten(fit_rate=9e-6))
    assert "they grow instead" in rest
    mean = 2520 / np.linalg.norm(np.vander(np.linspace(-np.pi, np.pi, 2520), 4), 2) ** 2
    for rate, last in ((1e-2, 0), (2e-3, 3), (1e-4, 10)):
        assert (last == 10) == (mean / rate > 10)
        _opening, rest = words.prose("micro_batches", "en", MicroBatches(rate=rate))
        said = {0: "is above that already", 10: "even k = 10 stays below"}
        assert said.get(last, f"stable up to k = {int(mean / rate)}; from") in " ".join(
            rest.split()
        )


def test_what_is_said_of_few_epochs_and_of_large_rates():
    def said(**given):
        fits = forgotten(**given)
        return words.said_of_fits(Forgotten(**given), fits, str)[0]

    assert "Too few epochs" in said(fit_rate=1e-8, fit_epochs=10)
    assert "will not stop" in said()
    begun = forgotten(fit_epochs=10)["forget"].loss
    assert (np.diff(begun[5:]) > 0).all()  # no swing to be seen in this half
    low = words.number(begun.min())
    assert f"it falls to {low} and then rises again, up to {words.number(begun[-1])}" in said(
        fit_epochs=10
    )
    assert "swings on" in said(fit_rate=5e-6)
    assert "too large for both" in said(fit_rate=9e-6)
