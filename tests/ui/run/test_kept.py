import json

import pytest

from playground.core.i18n import LANGUAGES, translator
from playground.ui import script
from playground.ui.run import kept
from tests.visits import shown, visit, within


def runs(at):
    return within(at, kept.current).runs


def table(at):
    return at.dataframe[0].value


def rates(at):
    return [run.settings.learning_rate for run in runs(at)]


def with_three_runs(**query):
    at = visit(stage="autograd", epochs=60, **query)
    for rate in (2e-6, 4e-6):
        at.number_input(key="learning_rate").set_value(rate).run()
    return at


def edit(at, key, **change):
    """Change a row as the table's own callback does; AppTest cannot reach into its cells."""
    within(at, kept.change, key, **change)
    at.run()
    assert not at.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_run_of_the_visit_is_in_the_table_with_its_settings(language):
    at = with_three_runs(lang=language)
    at.session_state[kept.BOX] = True
    at.run()
    _ = translator(language)
    assert rates(at) == [4e-6, 2e-6, 1e-6]
    assert table(at)["number"].tolist() == [3, 2, 1]
    assert "learning_rate 4e-06" in table(at)["set"][0]
    first = runs(at)[2]
    assert table(at)["loss"][2] == f"{first.history.loss[-1]:.4g}"
    assert table(at)["how"][0] == _(kept.HOW["growing"])


def test_nothing_is_lost_by_changing_page():
    at = with_three_runs()
    for page in ("graph", "one_weight"):
        at.switch_page(str(script(page))).run()
    assert not at.exception
    assert {run.settings.ladder for run in runs(at)} == {"polynomial", "one_weight"}
    assert len(runs(at)) == 4


def test_a_run_that_is_shown_is_drawn_beside_the_present_one():
    at = with_three_runs()
    name = kept.label(runs(at)[1])
    before = at.get("plotly_chart")[0].proto.spec
    assert name not in before
    edit(at, 2, shown=True)
    assert name in at.get("plotly_chart")[0].proto.spec
    edit(at, 2, name="half **bold** <b>")
    figure = json.loads(at.get("plotly_chart")[0].proto.spec)
    assert "2 · half **bold** <b>" in {trace.get("name") for trace in figure["data"]}
    edit(at, 2, shown=False)
    assert "half" not in at.get("plotly_chart")[0].proto.spec


def test_two_that_are_shown_are_compared_what_differs_first():
    at = with_three_runs()
    at.session_state[kept.BOX] = True
    edit(at, 1, shown=True)
    edit(at, 3, shown=True)
    assert "Two runs side by side" in [s.value for s in at.subheader]
    rows = at.dataframe[1].value
    assert rows["setting"][0] == "learning_rate"
    assert rows["≠"].tolist()[:2] == ["≠", ""]
    assert len(at.get("plotly_chart")) == 3


def test_runs_are_taken_away_and_put_back():
    at = with_three_runs()
    at.session_state[kept.BOX] = True
    edit(at, 2, pinned=True)
    press(at, "Remove all that are not pinned")
    assert [run.number for run in runs(at)] == [2]
    press(at, "Put back")
    assert [run.number for run in runs(at)] == [3, 2, 1]


def press(at, label):
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception


def test_an_empty_table_says_what_will_be_there():
    at = visit(stage="dynamic")  # too long to start unasked
    at.session_state[kept.BOX] = True
    at.run()
    assert "every run of this visit" in shown(at)
