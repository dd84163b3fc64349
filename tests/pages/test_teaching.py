import pytest

from playground.i18n import LANGUAGES, translator
from playground.teaching import tasks
from tests.pages.test_stages import result, shown, visit

HOSTILE = (
    "<script>alert(1)</script> ![x](https://example.com/x.png) **b** $x$ :material/home: [a](b)"
)


def texts(at):
    return [element.value for element in at.text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_shows_its_task_as_plain_text(language):
    at = visit(stage="autograd", epochs=60, task=HOSTILE, lang=language)
    assert HOSTILE in texts(at)
    assert HOSTILE not in shown(at)
    assert translator(language)("Your task") in shown(at)
    assert result(at).history.ended == "finished"


@pytest.mark.parametrize("page", ["graph", "tracking", "accumulation", "one_weight"])
def test_every_page_can_carry_a_task(page):
    assert "Find the slope." in texts(visit(page, task="Find the slope."))


def test_a_locked_knob_is_shown_and_cannot_be_turned():
    at = visit(stage="optim", epochs=60, learning_rate=2e-3, lock="learning_rate,epochs,optimizer")
    assert at.number_input(key="learning_rate").disabled
    assert at.number_input(key="epochs").disabled
    assert at.selectbox(key="optimizer").disabled
    assert not at.number_input(key="seed").disabled
    assert result(at).tried.learning_rate == 2e-3
    assert "Back to the tutorial's settings" not in [button.label for button in at.button]


def test_a_hidden_knob_is_not_there_and_its_value_is_used():
    hidden = "learning_rate,epochs,target,noise,stage,device,optimizer,momentum"
    at = visit(
        stage="optim", optimizer="SGD", epochs=60, learning_rate=2e-6, target="exp",
        momentum=0.5, hide=hidden,
    )  # fmt: skip
    for name in ("learning_rate", "epochs", "noise", "momentum"):
        assert name not in [number.key for number in at.number_input]
    assert "target" not in [box.key for box in at.selectbox]
    tried = result(at).tried
    assert (tried.stage, tried.optimizer, tried.epochs) == ("optim", "SGD", 60)
    assert (tried.learning_rate, tried.target, tried.momentum) == (2e-6, "exp", 0.5)
    at.number_input(key="seed").set_value(4).run()
    tried = result(at).tried
    assert (tried.seed, tried.learning_rate, tried.momentum) == (4, 2e-6, 0.5)


@pytest.mark.parametrize("value", ["1e9", "fast", "<b>", "nan"])
def test_a_hidden_knob_with_a_broken_value_takes_the_default(value):
    at = visit(stage="autograd", epochs=60, learning_rate=value, hide="learning_rate")
    assert result(at).tried.learning_rate == 1e-6
    assert "learning_rate" in at.warning[0].value


def test_what_means_nothing_in_a_task_is_named():
    at = visit(stage="autograd", epochs=60, hide="speed", predict="perhaps")
    assert "speed" in at.warning[0].value
    assert "perhaps" in at.warning[0].value
    assert result(at).history.ended == "finished"


@pytest.mark.parametrize(
    ("rate", "prediction", "right"),
    [(4e-6, "diverges", True), (4e-6, "converges", False), (3e-6, "converges", True)],
)
def test_train_waits_for_a_prediction_and_sets_it_beside_what_happened(rate, prediction, right):
    at = visit(stage="autograd", learning_rate=rate, predict="true")
    assert at.button(key="train").disabled
    assert "_outcome" not in at.session_state
    assert not at.metric
    at.button(key=f"predict_{prediction}").click().run()
    assert not at.exception
    assert result(at).tried.learning_rate == rate
    said = "As you predicted" if right else "You predicted"
    assert said in shown(at)
    if not right:
        assert tasks.PREDICTIONS["diverges"] in shown(at)
        assert "2/λmax" in shown(at)
    assert not at.button(key="train").disabled
    at.number_input(key="learning_rate").set_value(2e-6).run()
    assert at.button(key="train").disabled  # something else: a prediction of its own
    assert not at.metric


def test_a_prediction_is_asked_for_even_if_the_run_was_seen_before():
    at = visit(stage="autograd", epochs=60)
    at.query_params["predict"] = "true"
    at.run()
    assert at.button(key="train").disabled
    assert not at.metric


def test_the_builder_makes_a_link_of_the_page_as_it_is():
    at = visit(stage="autograd", epochs=60, seed=4)
    at.session_state["builder"] = True
    at.run()
    at.text_area(key="_task_text").set_value("Which rate is best?").run()
    at.multiselect(key="_task_lock").set_value(["epochs"]).run()
    at.multiselect(key="_task_hide").set_value(["seed", "target"]).run()
    at.toggle(key="_task_predict").set_value(True).run()
    link = next(code.value for code in at.code if "/stages?" in code.value)
    assert "task=Which+rate+is+best" in link
    assert "lock=epochs" in link
    assert "hide=target%2Cseed" in link
    assert "predict=true" in link
    assert "epochs=60" in link
    assert "stage=autograd" in link


@pytest.mark.parametrize(
    ("query", "answer", "right"),
    [
        ({"part": "loop", "clearing": "keep"}, "grows", True),
        ({"part": "loop", "clearing": "zero_grad"}, "grows", False),
        ({"part": "retain", "operation": "product", "retain_graph": "false"}, "raises", True),
        ({"part": "retain", "operation": "sum", "retain_graph": "false"}, "raises", False),
        ({"part": "forgotten", "fit_rate": 1e-6}, "oscillates", True),
        ({"part": "forgotten", "fit_rate": 9e-6}, "oscillates", False),
    ],
)
def test_on_the_accumulation_page_a_prediction_comes_before_the_figures(query, answer, right):
    at = visit("accumulation", predict="true", **query)
    assert not at.get("plotly_chart")
    assert not at.code
    at.button(key=f"predict_{answer}").click().run()
    assert not at.exception
    assert at.get("plotly_chart")
    assert ("As you predicted" if right else "You predicted") in shown(at)


def test_where_there_is_nothing_to_predict_nothing_is_asked():
    at = visit("accumulation", part="micro_batches", predict="true")
    assert at.get("plotly_chart")
