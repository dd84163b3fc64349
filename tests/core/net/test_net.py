import csv
import io
import json
import pickle

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from playground.core import (
    analysis,
    data,
    export,
    exported_code,
    history,
    kept_runs,
    replay,
    training,
)
from playground.core.catalog import LADDERS
from playground.core.settings import Settings
from tests.visits import result, shown, visit

SHAPES = {"0.weight": (4, 1), "0.bias": (4,), "2.weight": (1, 4), "2.bias": (1,)}


def settings(**given):
    return Settings.of("layers", **{"degree": 4, "seed": 3} | given)


@pytest.fixture
def run():
    return training.run(settings())


@pytest.fixture
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_a_history_keeps_the_tensors_of_a_net_by_name_and_shape(run):
    assert run.shapes == SHAPES
    assert run.names[:2] == ("0.weight[0][0]", "0.weight[1][0]")
    assert run.names[-2:] == ("2.weight[0][3]", "2.bias[0]")
    assert run.weights.shape == (len(run.epochs), 13)
    for start, (name, shape) in zip(data.start(settings()), SHAPES.items(), strict=True):
        assert run.tensor(name).shape == (len(run.epochs), *shape)
        np.testing.assert_allclose(run.tensor(name)[0], start, rtol=1e-6)
        assert run.final_tensor(name).shape == shape
        assert not np.array_equal(run.final_tensor(name), run.tensor(name)[0])
    assert run.final["2.weight[0][3]"] == run.final_tensor("2.weight")[0, 3]
    with pytest.raises(KeyError, match=r"no weight '1\.weight', but 0\.weight"):
        run.tensor("1.weight")


def test_the_shapes_follow_the_settings():
    wider = training.run(settings(degree=6, epochs=3))
    assert wider.shapes["2.weight"] == (1, 6)
    assert wider.tensor("0.weight").shape == (3, 6, 1)


def test_a_layer_of_torch_takes_the_tensors_back(run):
    """The last loss is that of the model with the last kept weights."""
    model = torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
    kept = {name: torch.tensor(run.tensor(name)[-1], dtype=torch.float32) for name in SHAPES}
    model.load_state_dict(kept)
    x, y = (torch.tensor(values, dtype=torch.float32) for values in data.sample_for(settings()))
    loss = (model(x.unsqueeze(1)).flatten() - y).pow(2).mean()
    assert loss.item() == pytest.approx(run.loss[-1], rel=1e-6)


def test_the_recorded_loss_is_that_of_the_curve_that_is_drawn(run):
    x, y = data.sample_for(settings())
    drawn = np.square(analysis.curves(settings(), run.weights, x)[0] - y).mean(axis=-1)
    np.testing.assert_allclose(drawn, run.loss[run.epochs], rtol=1e-5)
    assert run.loss[-1] < run.loss[0]
    np.testing.assert_allclose(analysis.beginning(settings()).loss, run.loss[:1], rtol=1e-6)


def test_what_is_not_solved_by_least_squares_says_so():
    with pytest.raises(ValueError, match="least squares does not find the best weights of layers"):
        analysis.quadratic_for(settings())
    assert analysis.sought(settings()) is None
    assert analysis.floor(settings()) == 0


def test_parts_join_and_a_stopped_run_ends_at_its_last_snapshot(run, monkeypatch):
    monkeypatch.setattr(training, "CHUNK_SECONDS", 0.001)
    parts = [pickle.loads(pickle.dumps(part)) for part in training.stream(settings())]
    assert len(parts) > 3
    joined = history.join(parts)
    np.testing.assert_array_equal(joined.tensor("2.weight"), run.tensor("2.weight"))
    stopped = history.stopped(history.join(parts[:-1]))
    for name in SHAPES:
        np.testing.assert_array_equal(stopped.final_tensor(name), stopped.tensor(name)[-1])


def test_the_csv_has_a_column_a_number(run):
    head, *rows = csv.reader(io.StringIO(export.csv(run)))
    assert head == ["epoch", "loss", *run.names]
    assert {len(row) for row in rows} == {15}
    kept = [row for row in rows[:-1] if row[2]]
    np.testing.assert_array_equal(np.array([row[2:] for row in kept], dtype=float), run.weights)
    assert [float(value) for value in rows[-1][2:]] == list(run.final.values())


def test_kept_runs_hold_it_and_compare_it_with_another_width(run):
    wider = settings(degree=5)
    kept = kept_runs.KeptRuns().add(settings(), run).add(wider, training.run(wider))
    assert kept.runs[1].size == 150 + run.weights.size
    rows = kept_runs.compare(*(one.settings for one in kept.runs))
    assert rows[0] == ("degree", 5, 4, True)


def test_the_figure_has_its_curve_and_no_floor(run):
    other = Settings.of("nn", degree=9, learning_rate=1e-12, epochs=3)
    ghosts = [replay.Ghost("1", other, training.run(other))]
    for begun in (run, analysis.beginning(settings())):
        figure = replay.replay(begun, settings(), str, ghosts=ghosts, animated=begun is run)
        json.dumps(figure, allow_nan=False)
        go.Figure(**figure)
        names = [trace.get("name") for trace in figure["data"]]
        assert "least squares" not in names
        assert "floor" not in names
        assert {*run.names} <= {*names}
        fit = next(trace for trace in figure["data"] if trace.get("name") == "fit")
        expected = analysis.curves(settings(), begun.weights[-1:], np.array(fit["x"]))[0, 0]
        np.testing.assert_allclose(fit["y"], expected, atol=5e-3)


def test_the_script_makes_the_same_run_and_the_same_curve(run, one_thread, monkeypatch, capsys):
    monkeypatch.setattr(go.Figure, "show", lambda figure: None)
    made = {}
    for section in exported_code.sections(settings(), "en"):
        exec(section.code, made)
    again = training.run(settings())
    assert made["losses"] == again.loss.tolist()
    assert made["weights"] == list(again.final.values())
    drawn = analysis.curves(settings(), np.array([made["weights"]]), made["at"])[0, 0]
    np.testing.assert_allclose(made["curve"], drawn, rtol=1e-9, atol=1e-12)
    assert f"epoch 149 loss {again.loss[-1]}" in capsys.readouterr().out
    assert "# 2.weight" in export.script(settings(), "en")


@pytest.mark.slow
def test_the_page_of_its_ladder_shows_it():
    at = visit(stage="layers", degree=4, seed=3)
    run = result(at).run.history
    assert run.tensor("0.weight").shape == (len(run.epochs), 4, 1)
    place = len(LADDERS["polynomial"].lessons)
    assert f"**{place} · A net**  Weights of several shapes." in shown(at)
    assert [metric.label for metric in at.metric] == ["Loss", "Time"]
    assert "least squares" not in shown(at)
    assert at.code[0].value.startswith('"""Layers')
    at.session_state["table"] = at.session_state["runs"] = at.session_state["graph"] = True
    at.run()
    assert not at.exception
    assert "0.weight[0][0]" in at.dataframe[0].value
