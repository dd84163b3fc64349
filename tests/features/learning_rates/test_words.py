import dataclasses
import re

import numpy as np
import pytest

import playground
from playground.core import analysis, training
from playground.core.i18n import LOCALES
from playground.core.settings import KNOBS, Settings
from playground.features.learning_rates import knobs, words, work
from playground.features.learning_rates.results import Attempt, Fewest
from playground.features.learning_rates.words import TABS
from tests.languages import COMPLETE


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("part", TABS)
def test_every_part_has_its_text_in_every_language(part, language):
    text = words.prose(part, language)
    assert len(text) > 100
    assert "{{" not in text
    assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh")


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("part", TABS)
def test_no_measured_number_is_typed_into_prose(part, language):
    text = (LOCALES / language / "learning_rates" / f"{part}.md").read_text(encoding="utf-8")
    text = re.sub(r"{{.*?}}|{%.*?%}", "", text)
    typed = re.findall(r"\d+\.\d+(?:e-?\d+)?|\d+e-?\d+|\d{3,}", text)
    assert set(typed) <= {"0.9"}  # the momentum that the page offers


@pytest.mark.parametrize("language", COMPLETE)
@pytest.mark.parametrize("part", TABS)
def test_every_branch_names_what_is_known(part, language):
    text = (LOCALES / language / "learning_rates" / f"{part}.md").read_text(encoding="utf-8")
    inside = " ".join("".join(found) for found in re.findall(r"{{(.*?)}}|{%(.*?)%}", text))
    beside = set(re.findall(r"here\.(\w+)", inside))
    assert beside <= words.here(knobs.lab("polynomial")).keys()
    alone = set(re.findall(r"(?<![.\w])[a-z_]+(?![.\w])", inside))
    assert alone - {"if", "not", "endif", "else", "here"} <= words.facts().keys()


@pytest.mark.parametrize("part", TABS)
def test_the_languages_name_the_same_facts(part):
    files = [LOCALES / language / "learning_rates" / f"{part}.md" for language in COMPLETE]
    named = [set(re.findall(r"{{ ([\w.]+) }}", file.read_text(encoding="utf-8"))) for file in files]
    assert named[0] == named[1]


def test_the_facts_are_what_runs_do():
    facts = {name: float(value) for name, value in words.facts().items()}
    assert facts["rate"] == KNOBS["learning_rate"].check("learning_rate", 1e-6)
    assert facts["rate"] < facts["border"] < facts["exploding"]
    assert facts["border"] == pytest.approx(3.558e-6, rel=1e-3)
    assert facts["share"] == pytest.approx(facts["rate"] / facts["border"], rel=1e-3)
    best = analysis.quadratic_for(Settings.of("numpy"))
    steep, flat = np.linalg.eigh(best.hessian)[1].T[[-1, 0]]

    run = playground.run("numpy", learning_rate=facts["exploding"], epochs=60)
    away = np.abs((run.weights - best.weights) @ steep)
    assert away[41] / away[40] == pytest.approx(facts["growth"], rel=1e-3)
    many = int(facts["thousandfold"])
    assert away[40 + many - 40] / away[0] >= 1000 > away[many - 1] / away[0]

    run = playground.run("numpy", epochs=2000)
    away = (run.weights - best.weights) @ flat
    near = int(np.argmin(np.abs(run.epochs - facts["slow_tenfold"])))
    told = 0.1 ** (run.epochs[near] / facts["slow_tenfold"])
    assert away[near] / away[0] == pytest.approx(told, rel=1e-2)


LABS = [
    {"degree": 2, "points": 50},
    {"degree": 5},
    {"target": "cos", "momentum": 0.9},
    {"momentum": 1.0},
    {"ladder": "linear_regression"},
    {"ladder": "linear_regression", "centre": True},
    {"ladder": "linear_regression", "data": "900000,1\n900001,2\n900007,5"},
    {"ladder": "one_weight"},
]


def columns(lab):
    """Return what each weight is multiplied with, made anew, and what the loss divides by."""
    fit = lab.fit
    if fit.ladder == "polynomial":
        x = np.linspace(-np.pi, np.pi, fit.points)
        return np.stack([x**k for k in range(fit.degree + 1)], axis=1), 1
    if fit.ladder == "one_weight":
        return np.array([[1.0], [2.0], [3.0], [4.0]]), 4
    x = np.linspace(0, 10, fit.points)
    if fit.data:
        x = np.array([float(line.split(",")[0]) for line in fit.data.split("\n")])
    x = x - fit.centre * x.mean()
    return np.stack([x, np.ones_like(x)], axis=1), len(x)


@pytest.mark.parametrize("given", LABS, ids=str)
def test_beside_another_fit_the_text_has_its_numbers_too(given):
    lab = knobs.lab(**{"ladder": "polynomial"} | given)
    made, share = columns(lab)
    low, high = np.linalg.svd(made, compute_uv=False)[[-1, 0]] ** 2 * 2 / share
    said = " ".join(words.prose("sweep", "en", lab).split())
    found = re.search(
        r"With your settings the curvature runs from (\S+) to (\S+), .* = (\S+)\. W", said
    )
    border = 2 * (1 + lab.fit.momentum) / high
    assert [float(n) for n in found.groups()] == pytest.approx([low, high, border], rel=6e-4)
    said = " ".join(words.prose("conditioning", "en", lab).split())
    scaled = np.linalg.cond(made / np.abs(made).max(axis=0)) ** 2
    found = re.search(r"the three conditions are (\S+), (\S+) and (\S+)\. This", said)
    three = [high / low, scaled, 1.0]
    assert [float(n) for n in found.groups()] == pytest.approx(three, rel=1e-3)


def test_beside_the_tutorials_fit_the_text_speaks_of_it_alone():
    for part in TABS:
        assert "your settings" not in words.prose(part, "en", knobs.lab("polynomial"))
        assert "你的设置" not in words.prose(part, "zh", knobs.lab("polynomial", target="cos"))


def attempt(rate, reached, finite=True):
    return Attempt(
        rate=rate, reached=reached, ended=reached or 70, finite=finite,
        epochs=np.array([0]), loss=np.array([1.0]),
    )  # fmt: skip


def test_an_attempt_is_told_by_its_epochs_and_not_by_the_answer():
    best = Fewest(3.5e-6, 640)
    said = [
        words.said_of_attempt(one, best, str)
        for one in (attempt(2e-6, 1280), attempt(3.5e-6, 640), attempt(1e-8, None),
                    attempt(4e-6, None, finite=False))
    ]  # fmt: skip
    assert said[0] == "2e-06: there after 1,280 epochs, 2 times the fewest."
    assert said[1] == "3.5e-06: there after 640 epochs. No rate that was tried is faster."
    assert said[2] == "1e-08: not there after 10,000 epochs."
    assert said[3] == "4e-06: diverged; at epoch 70 the loss was no longer finite."
    assert not any("3.5e-06" in text for text in said if not text.startswith("3.5"))
    once = attempt(0.05, 1)
    assert "there after 1 epoch." in words.said_of_attempt(once, Fewest(0.05, 1), str)


def test_the_answer_is_a_rate_or_what_would_help():
    none, cubic = Fewest(float("nan"), None), knobs.lab("polynomial").fit
    assert "3.5e-06: 640 epochs" in words.said_of_fewest(Fewest(3.5e-6, 640), cubic, str)
    assert "lower degree" in words.said_of_fewest(none, cubic, str)
    line, centred = (knobs.lab("linear_regression", centre=on).fit for on in (False, True))
    assert "x centred" in words.said_of_fewest(none, line, str)
    assert words.said_of_fewest(none, centred, str).endswith("arrives within 10,000 epochs here.")


def test_centring_x_helps_where_the_answer_says_so(monkeypatch):
    monkeypatch.setattr(work, "LIMIT", 2000)
    far = "1000,1\n1001,3\n1002,2\n1003,4"
    off, on = (
        next(work.fewest(knobs.contest(knobs.lab("linear_regression", data=far, centre=centre))))
        for centre in (False, True)
    )
    assert off.epochs is None
    assert on.epochs < 100


def test_a_sweep_is_told_with_and_without_an_arrival():
    lab = knobs.lab("polynomial")
    (found,) = work.swept(lab)
    said = words.said_of_sweep(found, lab, str)
    one = dataclasses.replace(
        knobs.replayed(lab, found.rates[found.fastest]), learning_rate=found.rates[found.fastest]
    )
    arrived = int(np.argmax(training.run(one).loss <= 1.01 * lab.best.floor))
    assert f"to arrive and stay: after {arrived} epochs it is within 1 % of the floor" in said
    assert f"From {lab.best.stable_rate:.4g} on" in said
    short = knobs.lab("polynomial", epochs=20)
    (found,) = work.swept(short)
    said = words.said_of_sweep(found, short, str)
    assert said.startswith("No rate arrives in 20 epochs")
    assert f"{np.nanmin(found.final):.4g}" in said
    assert "floor is 0" in words.goal(knobs.lab("one_weight"), str)


def test_a_touch_alone_is_told_as_one():
    lab = knobs.lab("polynomial", momentum=0.9, epochs=110)
    (found,) = work.swept(lab)
    assert "good" not in found.kinds
    said = words.said_of_sweep(found, lab, str)
    assert said.startswith("No rate arrives and stays")
    assert f"{found.rates[found.fastest]:.4g} is the first to touch the goal" in said


def test_one_epoch_is_told_as_what_it_is():
    lab = knobs.lab("polynomial", epochs=1)
    (found,) = work.swept(lab)
    assert np.ptp(found.final) == 0
    said = words.said_of_sweep(found, lab, str)
    assert f"before the first step: {found.first:.4g}" in said
    assert "lowest" not in said


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_bases_of_one_weight_arrive_in_one_step_as_they_say(momentum):
    lab = knobs.lab("one_weight", momentum=momentum, epochs=20)
    found = list(work.bases(lab))
    assert "one step at 1/λ arrives" in words.said_of_bases(found, lab, str)
    assert [basis.fewest.epochs for basis in found] == [1, 1, 1]


def test_two_directions_as_steep_are_not_called_one():
    even = "-1,1\n1,2"  # the mean of x² is 1, as that of 1²
    lab = knobs.lab("linear_regression", data=even, epochs=20)
    found = list(work.bases(lab))
    assert found[0].condition == pytest.approx(1)
    said = words.said_of_bases(found, lab, str)
    assert "One direction" not in said
    assert "equally steep already" in said


@pytest.mark.parametrize(
    ("ladder", "given"),
    [
        ("polynomial", {"momentum": 0.9, "epochs": 60}),
        ("one_weight", {"momentum": 0.9, "epochs": 10}),
        ("one_weight", {}),
        ("linear_regression", {"momentum": 0.9, "epochs": 100}),
    ],
)
def test_what_is_said_of_a_kind_holds_for_each_of_its_marks(ladder, given):
    lab = knobs.lab(ladder, **given)
    (found,) = work.swept(lab)
    losses, recent = work.record(lab.fit, lab.rates)
    with np.errstate(over="ignore", invalid="ignore"):
        moved = np.diff(recent, axis=0)
        turned = ((moved[1:] * moved[:-1]).sum(axis=-1) < 0).mean(axis=0) > 0.5
        late = losses[len(losses) // 2 :]
        swings = (late > 1.01 * np.minimum.accumulate(late)).any(axis=0)
        swings |= losses[-1] > 1.01 * losses.min(axis=0)
    for place, kind in enumerate(found.kinds):
        if kind == "oscillating":
            assert turned[place] or swings[place]
        elif kind == "diverged":
            assert found.rates[place] >= lab.border
            assert not losses[-1, place] <= 1.01 * np.nanmin(losses[:, place])
    assert "oscillating" in found.kinds
