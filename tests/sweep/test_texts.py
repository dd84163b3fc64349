import re

import numpy as np
import pytest

import playground
from playground import analysis
from playground.i18n import LANGUAGES, LOCALES
from playground.settings import KNOBS, Settings
from playground.sweep import setup, texts
from playground.sweep.setup import Attempt, Fewest
from playground.sweep.texts import PARTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_its_text_in_every_language(part, language):
    text = texts.prose(part, language)
    assert len(text) > 100
    assert "{{" not in text
    assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_no_measured_number_is_typed_into_prose(part, language):
    text = (LOCALES / language / "learning_rates" / f"{part}.md").read_text(encoding="utf-8")
    typed = re.findall(r"\d+\.\d+(?:e-?\d+)?|\d+e-?\d+|\d{3,}", text)
    assert set(typed) <= {"0.9"}  # the momentum that the page offers


@pytest.mark.parametrize("part", PARTS)
def test_the_languages_name_the_same_facts(part):
    files = [LOCALES / language / "learning_rates" / f"{part}.md" for language in LANGUAGES]
    named = [set(re.findall(r"{{(\w+)}}", file.read_text(encoding="utf-8"))) for file in files]
    assert named[0] == named[1]


def test_the_facts_are_what_runs_do():
    facts = {name: float(value) for name, value in texts.facts().items()}
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


def attempt(rate, reached, finite=True):
    return Attempt(
        rate=rate, reached=reached, ended=reached or 70, finite=finite,
        epochs=np.array([0]), loss=np.array([1.0]),
    )  # fmt: skip


def test_an_attempt_is_told_by_its_epochs_and_not_by_the_answer():
    best = Fewest(3.5e-6, 640)
    said = [
        texts.said_of_attempt(one, best, str)
        for one in (attempt(2e-6, 1280), attempt(3.5e-6, 640), attempt(1e-8, None),
                    attempt(4e-6, None, finite=False))
    ]  # fmt: skip
    assert said[0] == "2e-06: there after 1,280 epochs, 2 times the fewest."
    assert said[1] == "3.5e-06: there after 640 epochs. No constant rate is faster."
    assert said[2] == "1e-08: not there after 10,000 epochs."
    assert said[3] == "4e-06: diverged; at epoch 70 the loss was no longer finite."
    assert not any("3.5e-06" in text for text in said if not text.startswith("3.5"))
    assert "3.5e-06: 640 epochs" in texts.said_of_fewest(best, str)
    assert "fewer weights" in texts.said_of_fewest(Fewest(float("nan"), None), str)


def test_a_sweep_is_told_with_and_without_an_arrival():
    from playground.sweep import running

    lab = setup.lab("polynomial")
    (found,) = running.swept(lab)
    said = texts.said_of_sweep(found, lab, str)
    reached = found.reached[found.reached >= 0]
    assert f"within 1 % of the floor after {reached.min()} epochs" in said
    assert f"From {lab.best.stable_rate:.4g} on" in said
    short = setup.lab("polynomial", epochs=20)
    (found,) = running.swept(short)
    said = texts.said_of_sweep(found, short, str)
    assert said.startswith("No rate arrives in 20 epochs")
    assert f"{np.nanmin(found.final):.4g}" in said
    assert "floor is 0" in texts.goal(setup.lab("one_weight"), str)
