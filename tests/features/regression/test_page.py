import json

import numpy as np
import pytest

from playground.core import analysis, table, texts
from playground.core.catalog import LADDERS
from playground.core.i18n import LANGUAGES, translator
from playground.jobs.client import Here
from playground.ui import workers
from tests.apps import AppTest
from tests.visits import go, result, shown, visit

LESSON = LADDERS["linear_regression"].lessons[0]
OWN = "0,1\n1,4\n2,5"


def button(at, key):
    return at.button(key=key)


def opened(at, box):
    at.session_state[box] = True
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_trains_the_tutorials_line(language):
    at = visit("regression", lang=language)
    _ = translator(language)
    run, settings = result(at).run.history, result(at).tried
    assert at.code[0].value == LESSON.source
    assert texts.prose(LESSON, language).notice in shown(at)
    assert (settings.epochs, settings.learning_rate, settings.points) == (1000, 0.01, 11)
    assert run.final["w"] == pytest.approx(2, abs=0.01)
    assert run.final["b"] == pytest.approx(1, abs=0.01)
    values = {metric.label: metric.value for metric in at.metric}
    assert values[_("After training")] == f"{5 * run.final['w'] + run.final['b']:.4g}"
    assert not at.warning


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_brings_points_of_ones_own(language):
    at = visit("regression", data=OWN, epochs=300, lang=language)
    assert result(at).tried.data == OWN
    assert at.text_area(key="data").value == OWN
    assert at.data_editor[0].value["y"].tolist() == ["1", "4", "5"]
    assert at.number_input(key="points").disabled
    best = analysis.quadratic_for(result(at).run.settings)
    np.testing.assert_allclose(best.weights, np.polyfit([0, 1, 2], [1, 4, 5], 1))
    values = {metric.label: metric.value for metric in at.metric}
    assert values[translator(language)("Floor")] == f"{best.floor:.4g}"


def test_pasted_columns_take_the_form_of_the_link():
    at = visit("regression", epochs=50)
    assert not at.number_input(key="points").disabled
    assert len(at.data_editor[0].value) == 11
    at.text_area(key="data").set_value("x;y\n0,5;1\n1;2,25\n\n2;7").run()
    assert result(at).tried.data == "0.5,1\n1,2.25\n2,7"
    assert at.text_area(key="data").value == "0.5,1\n1,2.25\n2,7"
    assert at.data_editor[0].value["x"].tolist() == ["0.5", "1", "2"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "named"),
    [("1,2\n3,four", "`four`"), ("1,2", ""), ("3,1\n3,2", "3"), ("1,2\n2,inf", "`inf`")],
)
def test_broken_points_are_named_and_the_last_good_ones_stay(text, named, language):
    at = visit("regression", data=OWN, epochs=50, lang=language)
    at.text_area(key="data").set_value(text).run()
    assert not at.exception
    (said,) = [warning.value for warning in at.warning]
    assert named in said
    assert translator(language)("Until it is mended, the points before it stay in use.") in said
    assert at.text_area(key="data").value == text
    assert result(at).tried.data == OWN
    button(at, "undo_points").click().run()
    assert at.text_area(key="data").value == OWN
    assert not at.warning


def test_a_broken_link_falls_back_on_the_tutorials_points():
    at = visit("regression", data="1,2\n`![x](http://e.com)", epochs=50)
    assert result(at).tried.data == ""
    assert result(at).run.history.ended == "finished"
    assert "Line 2, `'![x](http://e.com)`, is not two numbers" in at.warning[0].value


def test_one_step_back_and_forth():
    at = visit("regression", data=OWN, epochs=50)
    at.text_area(key="data").set_value("0,0\n1,5").run()
    button(at, "undo_points").click().run()
    assert result(at).tried.data == OWN
    button(at, "undo_points").click().run()
    assert result(at).tried.data == "0,0\n1,5"
    button(at, "forget_points").click().run()
    assert result(at).tried.data == at.text_area(key="data").value == ""
    assert button(at, "forget_points").disabled
    button(at, "undo_points").click().run()
    assert result(at).tried.data == "0,0\n1,5"


def test_a_file_brings_points_or_is_refused_in_a_sentence():
    at = visit("regression", epochs=50)
    uploader = at.file_uploader[0]
    uploader.set_value(("a.csv", "Länge;Höhe\n1,5;2\n2;4\n".encode("cp1252"), "text/csv")).run()
    assert result(at).tried.data == "1.5,2\n2,4"
    assert not at.warning
    at.file_uploader[0].set_value(("b.csv", b"1,2\n2,$3\n", "text/csv")).run()
    assert not at.exception
    assert "Line 2 is left out: `$3` is an amount of money" in at.warning[0].value
    assert result(at).tried.data == "1.5,2\n2,4"


def test_every_page_keeps_its_own_settings():
    at = visit("regression", data=OWN, epochs=70, learning_rate=0.02)
    at.get_by_key("view").set_value("relief").run()
    go(at, "one_weight")
    assert result(at).tried.epochs == 10
    at.number_input(key="epochs").set_value(7).run()
    go(at, "regression")
    tried = result(at).tried
    assert (tried.data, tried.epochs, tried.learning_rate) == (OWN, 70, 0.02)
    assert at.data_editor[0].value["y"].tolist() == ["1", "4", "5"]
    go(at, "one_weight")
    assert result(at).tried.epochs == 7


@pytest.mark.slow
def test_the_races_points_are_not_those_of_the_page():
    at = visit("regression", data=OWN, epochs=70)
    go(at, "optimizers", problem="line")
    for steps in (20, 30):
        at.number_input(key="race_steps").set_value(steps).run()
        assert at.text_area(key="data").value == ""
    at.text_area(key="data").set_value("0,1\n1,9").run()
    go(at, "regression")
    for noise in (0.0, 0.1):
        at.number_input(key="noise").set_value(noise).run()
        assert result(at).tried.data == at.text_area(key="data").value == OWN


def test_a_rate_for_the_cubic_does_not_come_along():
    at = visit("stages", stage="autograd", learning_rate=1e-6, epochs=50)
    go(at, "regression")
    tried = result(at).tried
    assert (tried.ladder, tried.learning_rate, tried.epochs) == ("linear_regression", 0.01, 1000)


@pytest.mark.parametrize("view", ["contour", "relief"])
def test_the_view_is_a_choice_of_the_link(view):
    at = visit("regression", view=view, epochs=50)
    assert at.get_by_key("view").value == view
    assert not at.warning
    at = visit("regression", view="globe", epochs=50)
    assert at.get_by_key("view").value == "contour"
    assert "globe" in at.warning[0].value


def test_predictions_stand_beside_the_targets():
    at = opened(visit("regression", data=OWN, epochs=90), "predicted")
    run = result(at).run.history
    frame = next(d.value for d in at.dataframe if "prediction" in d.value)
    x, y = np.array(table.parse(OWN)).T
    expected = run.final["w"] * x + run.final["b"]
    np.testing.assert_allclose(frame["x"], x)
    np.testing.assert_allclose(frame["target y"], y)
    np.testing.assert_allclose(frame["prediction"], expected)
    np.testing.assert_allclose(frame["error"], expected - y)
    assert f"{np.mean((expected - y) ** 2):.4g}: the loss" in shown(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_valley_is_explained_with_these_points_and_can_be_shortened(language):
    at = opened(visit("regression", data=OWN, epochs=60, lang=language), "valley")
    # x is 0, 1, 2: its mean of squares is 5/3, its mean 1, its variance 2/3
    assert r"\begin{pmatrix}3.333 & 2 \\ 2 & 2\end{pmatrix}" in shown(at)
    assert r"\begin{pmatrix}1.333 & 0 \\ 0 & 2\end{pmatrix}" in shown(at)
    rows = at.table[0].value
    ratio = np.linalg.cond([[10 / 3, 2], [2, 2]])
    assert rows.iloc[8, 1:].tolist() == [f"{ratio:.4g}", "1.5"]
    button(at, "centre_it").click().run()
    assert result(at).tried.centre
    assert at.get_by_key("centre").value
    button(at, "centre_it").click().run()
    assert not result(at).tried.centre


def test_the_cpu_is_compared_with_another_device(monkeypatch):
    import dataclasses

    from playground.core import training

    stream, machine = training.stream, {"devices": ["cpu", "mps"]}

    def slow(settings):
        for part in stream(dataclasses.replace(settings, device="cpu")):
            seconds = 3.0 if settings.device == "mps" else 0.5
            yield dataclasses.replace(part, seconds=seconds)

    monkeypatch.setattr(training, "stream", slow)
    monkeypatch.setattr(workers, "_queue", Here())
    monkeypatch.setattr(workers, "machine", lambda: machine)
    at = opened(visit("regression", device="mps", epochs=61), "race")
    assert "The cpu won: mps took 6 times as long." in shown(at)
    values = {metric.label: metric.value for metric in at.metric}
    assert (values["mps"], values["cpu"]) == ("3 s", "0.5 s")


def test_a_run_on_the_cpu_is_not_raced():
    at = visit("regression", epochs=50)
    with pytest.raises(KeyError):
        at.get_by_key("race")


def test_a_file_that_was_refused_is_not_spoken_of_for_ever():
    at = visit("regression", epochs=50)
    at.file_uploader[0].set_value(("b.csv", b"1,2\n2,three\n", "text/csv")).run()
    assert "Line 2" in at.warning[0].value
    at.text_area(key="data").set_value(OWN).run()
    assert not at.warning
    at.file_uploader[0].set_value(("c.csv", b"1,2\n2,three\n", "text/csv")).run()
    assert "Line 2" in at.warning[0].value
    go(at, "learning_rates")
    assert not at.warning


def test_forged_edits_of_the_points_change_nothing():
    from playground.ui.knobs.own import Own, Table

    own = Own(good=OWN, table=Table(base=[(0.0, 1.0), (1.0, 4.0)]))
    forged = {"edited_rows": {"7": {"x": 1}}, "added_rows": [], "deleted_rows": []}

    def page():
        import streamlit as st

        st.session_state["own"].take_edits()

    at = AppTest.from_function(page)
    at.session_state["own"], at.session_state[own.table.key] = own, forged
    at.run()
    assert not at.exception
    assert "data" not in at.session_state
    assert "no edits" in str(own.table.wrong)


def test_the_relief_turns_under_the_visitor_and_the_link_keeps_how_far():
    def images():
        (drawn,) = at.get("plotly_chart")
        return json.loads(drawn.proto.spec)["layout"].get("images", [])

    at = visit("regression", epochs=50, view="relief", view_turn=90)
    (first,) = images()
    assert at.slider(key="view_turn").value == 90
    at.slider(key="view_turn").set_value(135).run()
    (second,) = images()
    assert first["source"] != second["source"]
    at.get_by_key("view").set_value("contour").run()
    assert not images()
