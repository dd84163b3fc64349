import dataclasses

import numpy as np
import pytest

from playground.core import history
from playground.core.history import History


@pytest.mark.parametrize("epochs", [1, 2, 99, 100, 101, 2000, 30_000])
def test_snapshots_hold_the_first_and_the_last_epoch(epochs):
    kept = history.snapshots(epochs)
    assert kept[0] == 0
    assert kept[-1] == epochs - 1
    assert kept == sorted(set(kept))
    assert len(kept) == epochs if epochs <= 100 else 60 < len(kept) <= 101


def part(loss, epochs, ended=None):
    return History(
        names=("a", "b"),
        loss=np.array(loss),
        epochs=np.array(epochs, dtype=int),
        weights=np.array([[k, -k] for k in epochs], dtype=float).reshape(-1, 2),
        final={"a": 9.0, "b": 8.0} if ended else {},
        ended=ended,
        seconds=0.5,
    )


def test_parts_join_to_the_whole():
    whole = history.join([part([3.0, 2.0], [0, 1]), part([], []), part([1.0], [2], "finished")])
    np.testing.assert_array_equal(whole.loss, [3, 2, 1])
    np.testing.assert_array_equal(whole.weights, [[0, 0], [1, -1], [2, -2]])
    assert whole.ended == "finished"
    assert whole.final == {"a": 9.0, "b": 8.0}
    assert whole.speed == 6


def test_a_stopped_run_keeps_what_it_did():
    run = history.stopped(part([3.0, 2.0, 1.5], [0, 1]))
    assert run.ended == "stopped"
    assert run.final == {"a": 1.0, "b": -1.0}
    np.testing.assert_array_equal(run.loss, [3, 2])  # of 1.5 nobody has kept the weights


def test_a_history_is_told_in_a_line():
    whole = part([3.0, 2.0, 1.5], [0, 2], "finished")
    assert repr(whole) == "History(3 epochs, finished: loss 1.5, a = 9, b = 8)"
    assert repr(part([3.0], [0])) == "History(1 epoch, not over: loss 3)"
    assert repr(part([3.0, np.inf], [0], "diverged")).startswith(
        "History(2 epochs, diverged: loss inf"
    )
    many = dataclasses.replace(whole, final={f"w{k}": float(k) for k in range(11)})
    assert repr(many).endswith("w8 = 8, w9 = 9, ...)")
    assert repr(History(names=("a",))) == "History(0 epochs, not over)"


def test_a_history_as_a_table_has_a_row_an_epoch_and_the_weights_that_were_kept():
    table = part([3.0, 2.0, 1.5], [0, 2], "finished").to_frame()
    assert table.index.name == "epoch"
    assert table["loss"].tolist() == [3, 2, 1.5]
    assert list(table) == ["loss", "a", "b"]
    np.testing.assert_array_equal(table["b"], [0, np.nan, -2])
    assert History(names=("a", "b")).to_frame().shape == (0, 3)
    assert list(History(names=(), loss=np.ones(2)).to_frame()) == ["loss"]


def test_the_losses_before_divergence_are_finite():
    run = part([3.0, 9.0, np.inf], [0], "diverged")
    np.testing.assert_array_equal(run.finite, [3, 9])
