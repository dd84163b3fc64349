from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from playground.core import tasks
from playground.core.i18n import LANGUAGES, joined, translator
from tests.visits import left, result, shown, visit

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
    assert result(at).run.history.ended == "finished"


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
    assert result(at).run.history.ended == "finished"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "prediction", "right"),
    [(4e-6, "diverges", True), (4e-6, "converges", False), (3e-6, "converges", True)],
)
def test_train_waits_for_a_prediction_and_sets_it_beside_what_happened(rate, prediction, right):
    at = visit(stage="autograd", learning_rate=rate, predict="true")
    assert at.button(key="train").disabled
    assert result(at) is None
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
    at.text_area(key="task_text").set_value("Which rate is best?").run()
    at.multiselect(key="task_lock").set_value(["epochs"]).run()
    at.multiselect(key="task_hide").set_value(["seed", "target"]).run()
    at.toggle(key="task_predict").set_value(True).run()
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


def test_what_a_task_locks_stands_still_whatever_else_is_turned():
    at = visit(stage="optim", epochs=60, learning_rate=2e-3, lock="learning_rate,epochs")
    at.selectbox(key="optimizer").set_value("Adam").run()
    assert (result(at).tried.optimizer, result(at).tried.learning_rate) == ("Adam", 2e-3)
    at = visit(stage="autograd", epochs=60, learning_rate=2e-6, lock="learning_rate,epochs")
    at.get_by_key("stage").set_value("optim").run()
    assert at.number_input(key="learning_rate").value == 2e-6
    assert result(at).tried.epochs == 60
    at = visit("learning_rates", epochs=60, learning_rate=2e-6, lock="learning_rate,epochs")
    at.selectbox(key="ladder").set_value("one_weight").run()
    assert not at.exception
    assert left(at, "learning_rates").fit.epochs == 60
    assert at.number_input(key="learning_rate").value == 2e-6


@pytest.mark.parametrize("how", ["lock", "hide"])
def test_what_a_task_keeps_from_being_centred_has_no_button_for_it(how):
    at = visit("regression", epochs=60, **{how: "centre"})
    at.session_state["valley"] = True
    at.run()
    assert at.table
    assert "centre_it" not in [button.key for button in at.button]


def test_no_box_tells_before_the_prediction_how_the_run_goes():
    at = visit(stage="dynamic", epochs=400, learning_rate=1e-4, graph_epoch=300, predict="true")
    boxes = {"The autograd graph of this loss", "Flip-book: a new graph at every step"}
    assert not boxes & {box.label for box in at.expander}
    at.button(key="predict_diverges").click().run()
    assert boxes <= {box.label for box in at.expander}
    at = visit("learning_rates", lab="challenge", learning_rate=4e-6, predict="true")
    assert "attempt" not in [button.key for button in at.button]
    at.button(key="predict_diverges").click().run()
    assert not at.exception
    assert at.button(key="attempt")


def test_a_thing_to_try_keeps_the_task_and_what_it_holds():
    task = {"task": "Predict it.", "lock": "seed,epochs", "predict": "true"}
    at = visit(stage="autograd", seed=4, epochs=60, **task)
    assert not at.get("page_link")  # they would tell what the task asks
    at.button(key="predict_crawls").click().run()
    tries = [one.proto for one in at.get("page_link")]
    assert tries
    for link in tries:
        carried = dict(parse_qsl(link.query_string))
        assert carried.items() >= (task | {"seed": "4", "epochs": "60"}).items()
    at = visit("home")
    for link in at.get("page_link"):
        assert "task" not in dict(parse_qsl(link.proto.query_string))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "query", "answer", "asked"),
    [
        ("stages", {"learning_rate": 4e-6}, "3.558e-06", "562100"),
        ("regression", {"learning_rate": 0.03}, "0.028", "71.44"),
    ],
)
def test_the_answer_stands_on_the_page_once_it_is_given(page, query, answer, asked, language):
    """The task names the curvature, which stays; the border is what it asks for."""
    at = visit(page, predict="true", lang=language, **query)
    at.session_state["valley"] = True
    at.run()
    assert asked in shown(at)
    assert answer not in shown(at) + "".join(str(table.value) for table in at.table)
    at.button(key="predict_diverges").click().run()
    assert answer in shown(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_too_short_to_tell_says_so_beside_the_prediction(language):
    at = visit(stage="autograd", epochs=1, predict="true", lang=language)
    at.button(key="predict_converges").click().run()
    _ = translator(language)
    predicted = _("You predicted: {predicted}").format(predicted=_(tasks.PREDICTIONS["converges"]))
    assert joined([predicted, _("This run is too short to tell.")], _) in shown(at)


def test_where_no_cause_is_known_none_is_named():
    """The border of a rate is known for SGD; of RMSprop a run shows only what it did."""
    known = visit(stage="module", epochs=60, predict="true")
    unknown = visit(stage="optim", epochs=60, predict="true")
    for at, why in ((known, True), (unknown, False)):
        at.button(key="predict_diverges").click().run()
        assert "What happened" in shown(at)
        assert ("Why?" in shown(at)) == why


def test_a_class_link_carries_every_value_of_a_name():
    at = visit("optimizers", racers=["Adam", "LBFGS"], race_steps=20)
    at.session_state["builder"] = True
    at.run()
    link = next(code.value for code in at.code if "/optimizers?" in code.value)
    assert parse_qs(urlsplit(link).query)["racers"] == ["Adam", "LBFGS"]


def test_another_language_closes_no_box_and_loses_nothing_in_it():
    at = visit(stage="autograd", epochs=60)
    for box in ("builder", "table", "runs"):
        at.session_state[box] = True
    at.run()
    at.text_area(key="task_text").set_value("Hello").run()
    at.multiselect(key="task_lock").set_value(["epochs"]).run()
    at.get_by_key("lang").set_value("zh").run()
    for seed in (0, 1):
        at.number_input(key="seed").set_value(seed).run()
        assert at.text_area(key="task_text").value == "Hello"
        assert at.multiselect(key="task_lock").value == ["epochs"]
        assert len(at.dataframe) == 2


@pytest.mark.parametrize("name", ["optimizer", "device"])
def test_what_a_stage_leaves_no_choice_of_is_hidden_too(name):
    labels = {one.label for one in visit(stage="numpy").selectbox}
    hidden = {one.label for one in visit(stage="numpy", hide=name).selectbox}
    assert labels - hidden == {name.capitalize(), "Degree"}  # the latter, whatever is hidden
