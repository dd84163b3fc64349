import numpy as np
import pytest

from playground.core import kept_runs
from playground.core.history import History
from playground.core.kept_runs import KeptRuns
from playground.core.settings import Settings


def run(epochs=3):
    return History(names=("a",), loss=np.ones(epochs), weights=np.ones((1, 1)))


def filled(count, epochs=3, **what):
    kept = KeptRuns()
    for seed in range(count):
        kept = kept.add(Settings(seed=seed), run(epochs))
    return kept


def seeds(kept):
    return [run.settings.seed for run in kept.runs]


def test_the_newest_run_comes_first_and_numbers_go_on():
    kept = filled(3)
    assert seeds(kept) == [2, 1, 0]
    assert [run.number for run in kept.runs] == [3, 2, 1]
    kept = kept.take([3]).add(Settings(seed=9), run())
    assert kept.runs[0].number == 4


def test_equal_settings_are_one_run_which_keeps_its_name_and_pin():
    kept = filled(2).change(1, name="mine", pinned=True).add(Settings(seed=0), run(9))
    assert seeds(kept) == [0, 1]
    assert (kept.runs[0].name, kept.runs[0].pinned, kept.runs[0].number) == ("mine", True, 1)
    assert len(kept.runs[0].history.loss) == 9
    shorter = kept.add(Settings(seed=0), run(4))  # stopped this time
    assert len(shorter.runs[0].history.loss) == 9


def test_the_oldest_that_is_not_pinned_makes_room():
    kept = filled(kept_runs.MOST_RUNS).change(1, pinned=True).add(Settings(seed=99), run())
    assert len(kept.runs) == kept_runs.MOST_RUNS
    assert 0 in seeds(kept)
    assert 1 not in seeds(kept)


def test_long_runs_are_bounded_by_what_they_hold():
    kept = filled(12, epochs=100_000)
    assert sum(run.size for run in kept.runs) <= kept_runs.MOST_NUMBERS
    assert seeds(kept)[0] == 11
    mixed = kept.take([run.number for run in kept.runs]).add(Settings(seed=99), run(100_000))
    assert mixed.taken == ()  # there is no room for both
    small = filled(2).take([1]).add(Settings(seed=99), run())
    assert len(small.taken) == 1
    assert len(filled(1, epochs=2 * kept_runs.MOST_NUMBERS).runs) == 1  # the newest always stays


def test_pins_are_bounded():
    kept = filled(kept_runs.MOST_RUNS)
    for number in range(1, kept_runs.MOST_RUNS + 1):
        kept = kept.change(number, pinned=True)
    assert sum(run.pinned for run in kept.runs) == kept_runs.MOST_PINNED
    pinned = [run.number for run in kept.runs if run.pinned]
    kept = kept.take(pinned)
    for number in [run.number for run in kept.runs][:4]:
        kept = kept.change(number, pinned=True)
    back = kept.put_back()
    assert sum(run.pinned for run in back.runs) == kept_runs.MOST_PINNED
    assert len(back.runs) == kept_runs.MOST_RUNS
    assert all(
        run.pinned
        for run in back.runs
        if run.number in [one.number for one in kept.runs if one.pinned]
    )


def test_what_is_taken_away_can_be_put_back():
    kept = filled(4).change(2, name="two")
    without = kept.take([2, 4])
    assert seeds(without) == [2, 0]
    assert without.put_back().runs == kept.runs
    again = without.add(Settings(seed=1), run()).put_back()
    assert sorted(seeds(again)) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["x" * 500, " a \n b ", None])
def test_a_name_is_one_short_line(name):
    said = filled(1).change(1, name=name).runs[0].name
    assert len(said) <= kept_runs.LONGEST_NAME
    assert "\n" not in said


def test_only_runs_of_the_same_ladder_are_drawn_together():
    kept = filled(1).add(Settings.of("linear", ladder="linear_regression"), run())
    kept = kept.change(1, shown=True).change(2, shown=True)
    assert [run.number for run in kept.shown("polynomial")] == [1]


def test_what_differs_from_the_tutorial_is_named():
    assert kept_runs.changed(Settings.of("autograd")) == {}
    given = Settings.of("optim", optimizer="SGD", momentum=0.5, epochs=7)
    usual = {"optimizer": "SGD", "learning_rate": 1e-6, "momentum": 0.5, "epochs": 7}
    assert kept_runs.changed(given) == usual


def test_two_runs_are_compared_knob_by_knob_what_differs_first():
    rows = kept_runs.compare(
        Settings.of("numpy", epochs=5), Settings.of("optim", optimizer="Adam", epochs=5)
    )
    differing = [row[0] for row in rows if row[3]]
    assert {"stage", "optimizer", "beta1"} <= set(differing)
    assert [row[3] for row in rows] == sorted((row[3] for row in rows), reverse=True)
    assert {row[0]: row[1:] for row in rows}["epochs"] == (5, 5, False)
    assert {row[0]: row[1] for row in rows}["beta1"] is None
