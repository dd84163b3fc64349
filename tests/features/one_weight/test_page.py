import numpy as np
import pytest

from playground.core import texts
from playground.core.catalog import LADDERS
from playground.core.i18n import LANGUAGES
from tests.visits import result, shown, visit

STAGES = LADDERS["one_weight"].stages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", STAGES)
def test_a_link_to_a_stage_shows_its_code_its_run_and_its_text(slug, language):
    at = visit("one_weight", stage=slug, lang=language)
    assert at.code[0].value == STAGES[slug].source
    assert texts.prose(STAGES[slug], language).adds in shown(at)
    assert texts.prose(STAGES[slug], language).notice in shown(at)
    tried = result(at).tried
    assert (tried.ladder, tried.stage) == ("one_weight", slug)
    assert len(result(at).run.history.loss) == STAGES[slug].defaults["epochs"]
    (chart,) = at.get("plotly_chart")
    assert f"{result(at).run.history.loss[-1]:.4g}" in chart.proto.alt


def predicted(at):
    labels = ("Before training", "After training", "Least squares")
    return [next(m.value for m in at.metric if m.label == label) for label in labels]


@pytest.mark.parametrize(("gradient", "after"), [("mean", "8.031"), ("notebook", "9.999")])
def test_the_prediction_for_5_is_the_runs(gradient, after):
    at = visit("one_weight", gradient=gradient)
    assert predicted(at) == ["0", after, "10"]
    assert after == f"{5 * result(at).run.history.final['w']:.4g}"
    at.number_input(key="at_x").set_value(-2.0).run()
    assert predicted(at)[2] == "-4"


def test_both_gradients_are_one_press_apart():
    at = visit("one_weight")
    assert result(at).run.history.loss[1] == pytest.approx(21.675)
    at.get_by_key("gradient").set_value("notebook").run()
    np.testing.assert_allclose(result(at).run.history.loss[:4], [30, 4.8, 0.768, 0.12288])
    at.get_by_key("stage").set_value("autograd").run()
    assert not at.exception
    assert result(at).run.history.loss[1] == pytest.approx(21.675)


def test_the_stages_knobs_are_those_it_has():
    at = visit("one_weight", stage="loss_and_optimizer")
    keys = {widget.key for widget in (*at.number_input, *at.selectbox, *at.text_area)}
    assert {"epochs", "learning_rate", "optimizer"} <= keys
    assert not {"data", "points", "noise", "seed", "target", "degree"} & keys


def test_only_a_bias_brings_a_choice_of_views():
    at = visit("one_weight", stage="autograd")
    with pytest.raises(KeyError):
        at.get_by_key("view")
    at.get_by_key("stage").set_value("linear").run()
    assert at.get_by_key("view").value == "contour"
    assert result(at).run.history.names == ("w", "b")
