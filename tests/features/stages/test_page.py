import re

import pytest

from playground.core import analysis, texts
from playground.core.catalog import STAGES
from playground.core.i18n import LANGUAGES, translator
from playground.core.settings import OPTIMIZERS, Settings
from playground.jobs.client import Here
from playground.jobs.failure import BUSY, TIMEOUT, Failure
from playground.ui import workers
from tests.visits import go, result, shown, visit


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", STAGES)
def test_a_link_to_a_stage_shows_its_code_its_run_and_its_text(slug, language):
    at = visit(stage=slug, lang=language, epochs=200)
    _ = translator(language)
    assert at.code[0].value == STAGES[slug].source
    assert at.button(key="train").label == _("Train")
    prose = texts.prose_for(Settings.of(slug, epochs=200), language)
    assert prose.adds in shown(at)
    assert prose.title in shown(at)
    assert prose.notice in shown(at)
    assert len(result(at).run.history.loss) == 200
    assert result(at).tried.stage == slug
    assert len(at.get("plotly_chart")) == 1
    if slug != "numpy":
        assert at.code[1].value == texts.changes(STAGES[slug])


def test_a_link_sets_every_knob_it_names():
    at = visit(
        stage="optim", optimizer="SGD", learning_rate=2e-6, momentum=0.5, nesterov="true",
        epochs=50, target="exp", points=100, noise=0.1, seed=9, degree=2,
    )  # fmt: skip
    tried = result(at).tried
    assert (tried.optimizer, tried.learning_rate, tried.momentum) == ("SGD", 2e-6, 0.5)
    assert (tried.nesterov, tried.epochs, tried.target) == (True, 50, "exp")
    assert (tried.points, tried.noise, tried.seed, tried.degree) == (100, 0.1, 9, 2)
    assert result(at).run.history.names == ("a", "b", "c")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "tensr"), ("learning_rate", "fast"), ("learning_rate", "nan"),
        ("learning_rate", "1e9"), ("epochs", "-5"), ("epochs", "1e99"), ("target", "tan"),
        ("seed", "<script>"), ("device", "tpu"), ("optimizer", "Adm"), ("nesterov", "maybe"),
        ("noise", "inf"), ("points", ""), ("lang", "xx"),
    ],
)  # fmt: skip
def test_a_broken_value_in_a_link_falls_back_and_says_so(name, value):
    at = visit(**{"stage": "optim", "epochs": 60, name: value})
    if name != "lang":
        assert name in at.warning[0].value
        assert value.split("<")[0] in at.warning[0].value
    assert result(at).run.history.ended == "finished"


def test_a_hostile_link_shows_as_text_and_does_nothing():
    at = visit(stage="numpy", epochs=50, target="`![x](https://example.com/x.png)<b>")
    said = at.warning[0].value
    assert "`` target is '`![x](https://example.com/x.png)<b>', but" in said  # code, to the letter
    assert said.count("``") == 2
    at = visit(stage="numpy", epochs=50, target="x" * 100_000)
    assert len(at.warning[0].value) < 300


def test_a_changed_knob_trains_again_at_once():
    at = visit(stage="autograd", epochs=100)
    first = result(at).run.history.loss[-1]
    at.number_input(key="learning_rate").set_value(2e-6).run()
    assert not at.exception
    assert result(at).tried.learning_rate == 2e-6
    assert result(at).run.history.loss[-1] != first


def test_with_the_toggle_off_a_change_waits_for_train():
    at = visit(stage="autograd", epochs=100)
    at.toggle(key="auto").set_value(False).run()
    at.number_input(key="seed").set_value(5).run()
    assert result(at).tried.seed == 0
    assert "Not trained yet with these settings" in shown(at)
    at.button(key="train").click().run()
    assert result(at).tried.seed == 5


def test_train_takes_the_knob_turned_with_it():
    """Train alone runs only its part of the page, which knows the knobs as they were."""
    at = visit(stage="autograd", epochs=100)
    at.toggle(key="auto").set_value(False).run()
    at.number_input(key="seed").set_value(7)
    at.button(key="train").click().run()
    assert result(at).tried.seed == 7
    at.number_input(key="seed").set_value(0).run()
    at.button(key="train").click().run()
    assert result(at).tried.seed == 0
    assert "Not trained yet" not in shown(at)


def test_a_long_run_waits_for_train():
    at = visit(stage="dynamic")
    assert result(at) is None
    assert "Not trained yet with these settings" in shown(at)
    assert len(at.get("plotly_chart")) == 1
    at.number_input(key="epochs").set_value(500).run()
    assert len(result(at).run.history.loss) == 500
    at.number_input(key="epochs").set_value(30_000).run()
    assert "Not trained yet with these settings" in shown(at)
    assert len(result(at).run.history.loss) == 500  # the last result stays
    assert at.button(key="stop")


def test_a_long_run_waits_for_train_after_another_stage_too():
    at = visit(stage="numpy", epochs=50)
    at.get_by_key("stage").set_value("dynamic").run()
    assert "Not trained yet with these settings" in shown(at)
    assert not at.metric


def test_the_slider_and_the_typed_rate_are_one():
    at = visit(stage="autograd", epochs=50)
    at.select_slider(key="rate_slider").set_value(3e-6).run()
    assert at.number_input(key="learning_rate").value == 3e-6
    assert result(at).tried.learning_rate == 3e-6
    at.number_input(key="learning_rate").set_value(1.234e-6).run()
    assert at.select_slider(key="rate_slider").value == 1.234e-6
    assert result(at).tried.learning_rate == 1.234e-6


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_brings_its_rate_and_its_settings(optimizer):
    at = visit(stage="optim", epochs=20)
    at.selectbox(key="optimizer").set_value(optimizer).run()
    assert not at.exception
    assert at.number_input(key="learning_rate").value == OPTIMIZERS[optimizer].learning_rate
    for name, value in OPTIMIZERS[optimizer].options.items():
        assert at.get_by_key(name).value == value
    assert result(at).tried.optimizer == optimizer


@pytest.mark.slow
def test_back_to_the_tutorials_settings_is_one_click():
    at = visit(stage="module", learning_rate=3e-6, epochs=50, seed=4, momentum=0.5, target="abs")
    next(b for b in at.button if b.label == "Back to the tutorial's settings").click().run()
    tried = result(at).tried
    assert (tried.learning_rate, tried.epochs, tried.seed) == (1e-6, 2000, 0)
    assert (tried.momentum, tried.target) == (0.0, "sin")


@pytest.mark.slow
def test_another_stage_keeps_what_was_changed_if_its_rule_is_the_same():
    at = visit(stage="numpy", learning_rate=2e-6, epochs=300, seed=4, target="exp")
    at.get_by_key("stage").set_value("autograd").run()
    tried = result(at).tried
    assert tried.stage == "autograd"
    assert (tried.learning_rate, tried.epochs) == (2e-6, 300)
    assert (tried.seed, tried.target) == (4, "exp")
    at.get_by_key("stage").set_value("optim").run()
    tried = result(at).tried
    assert (tried.optimizer, tried.learning_rate, tried.epochs) == ("RMSprop", 1e-3, 2000)
    assert (tried.seed, tried.target) == (4, "exp")
    at.get_by_key("stage").set_value("custom_function").run()
    assert result(at).tried.learning_rate == 5e-6


def test_a_knob_that_a_stage_does_not_have_says_why():
    at = visit(stage="numpy", epochs=50)
    disabled = [s.value for s in at.selectbox if s.disabled]
    assert "by hand: see the code" in disabled
    assert "cpu: NumPy has no other" in disabled


def test_a_missing_device_stays_visible_and_says_so():
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    at = visit(stage="tensor", device="cuda", epochs=50)
    assert "has no cuda" in shown(at)
    assert result(at).tried.device == "cpu"
    assert result(at).run.history.ended == "finished"


def test_divergence_says_when_and_beside_which_rate():
    at = visit(stage="autograd", learning_rate=4e-6)
    run = result(at).run.history
    said = at.error[0].value
    assert f"at epoch {len(run.loss) - 1}" in said
    assert f"{analysis.quadratic_for(result(at).run.settings).stable_rate:.4g}" in said
    assert "4e-06" in said


def test_the_numbers_on_the_page_are_those_of_the_run():
    at = visit(stage="autograd")
    run, best = result(at).run.history, analysis.quadratic_for(result(at).run.settings)
    values = [metric.value for metric in at.metric]
    assert values[:2] == [f"{run.loss[-1]:.4g}", f"{best.floor:.4g}"]
    assert f"{run.loss[-1] / best.floor:.4g}" in at.metric[0].delta
    formulas = next(m.value for m in at.markdown if "least squares" in m.value)
    for weight in (run.final["b"], run.final["d"], best.weights[1], best.weights[3]):
        assert f"{abs(weight):.4g}" in formulas


def test_the_replay_is_there_as_a_table():
    at = visit(stage="autograd", epochs=80)
    assert not at.dataframe
    at.session_state["table"] = True
    at.run()
    table = at.dataframe[0].value
    assert table["loss"].tolist() == result(at).run.history.loss.tolist()
    assert table["d"].tolist() == result(at).run.history.weights[:, 3].tolist()


def test_every_chart_has_a_text_for_those_who_cannot_see_it():
    at = visit(stage="autograd", epochs=80, lang="zh")
    (chart,) = at.get("plotly_chart")
    assert f"{result(at).run.history.loss[-1]:.4g}" in chart.proto.alt


def test_a_worker_that_fails_is_said_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr(workers, "_queue", Here())
    at = visit(stage="autograd", epochs=80)
    from playground.core import training

    def broken(settings):
        raise RuntimeError("no kernel image is available")
        yield

    monkeypatch.setattr(training, "stream", broken)
    at.number_input(key="seed").set_value(8).run()
    assert not at.exception
    assert "no kernel image is available" in at.error[0].value
    assert "press Train" in at.error[0].value
    assert at.number_input(key="seed").value == 8
    assert result(at).run.history.loss.shape == (80,)
    monkeypatch.undo()
    at.button(key="train").click().run()
    assert result(at).tried.seed == result(at).run.settings.seed == 8
    assert not at.error


def test_the_graphs_stage_is_not_the_stage_of_the_page_that_trains():
    at = visit(stage="numpy", epochs=200)
    go(at, "graph")
    at.get_by_key("example").set_value("stage").run()
    assert at.selectbox(key="stage").value == "autograd"
    at.selectbox(key="stage").set_value("optim").run()
    go(at, "stages")
    for seed in (0, 3):  # Streamlit may bring another page's value a run late
        at.number_input(key="seed").set_value(seed).run()
        tried = result(at).tried
        assert (tried.stage, tried.epochs, tried.learning_rate) == ("numpy", 200, 1e-6)
    go(at, "graph")
    for x in (1.0, 0.5):
        at.number_input(key="at").set_value(x).run()
        assert at.selectbox(key="stage").value == "optim"


@pytest.mark.slow
def test_the_races_target_is_not_that_of_the_page_that_trains():
    at = visit(stage="numpy", epochs=200, target="exp")
    go(at, "optimizers")
    for steps in (20, 30):
        at.number_input(key="race_steps").set_value(steps).run()
        assert at.selectbox(key="target").value == "sin"
    at.selectbox(key="target").set_value("abs").run()
    go(at, "stages")
    for seed in (0, 3):
        at.number_input(key="seed").set_value(seed).run()
        assert result(at).tried.target == "exp"
    go(at, "teach")
    go(at, "optimizers", target="gauss")
    for steps in (20, 30):
        at.number_input(key="race_steps").set_value(steps).run()
        assert at.selectbox(key="target").value == "gauss"


@pytest.mark.parametrize("epochs", [60, 2000])
def test_what_a_link_from_another_page_sets_stays_set(epochs):
    at = visit("regression", epochs=300, seed=2)
    go(at, "teach")  # from a page with such a knob, Streamlit would drop it from the link
    go(at, "stages", stage="autograd", epochs=epochs)
    for noise in (0.0, 0.1):
        at.number_input(key="noise").set_value(noise).run()
        tried = result(at).tried
        assert (tried.stage, tried.epochs, tried.seed) == ("autograd", epochs, 0)


def test_a_link_to_the_first_stage_opens_it_wherever_the_page_was_left():
    at = visit(stage="optim", epochs=60)
    go(at, "home")
    go(at, "stages", afresh=1)
    assert result(at).tried == Settings.of("numpy")


def test_a_box_whose_job_fails_ends_alone(monkeypatch):
    def busy(job):
        return [], Failure(BUSY, "200 runs")

    at = visit(stage="dynamic", epochs=100)
    for box in ("graph", "builder"):
        at.session_state[box] = True
    monkeypatch.setattr(workers, "attempted", busy)
    at.run()
    assert not at.exception
    (said,) = at.error
    assert "Too many runs are waiting" in said.value
    labels = [box.label for box in at.expander]
    assert "Flip-book: a new graph at every step" in labels  # it comes after the box that failed
    assert at.text_area(key="task_text")


def test_a_page_whose_job_fails_ends_but_its_frame_stays(monkeypatch):
    monkeypatch.setattr(workers, "attempted", lambda job: ([], Failure(TIMEOUT, "20 s")))
    at = visit("graph")
    assert "time limit" in at.error[0].value
    assert "Make a link for a class" in [box.label for box in at.expander]


def test_the_page_of_the_flip_book_is_in_the_link():
    at = visit(stage="dynamic", epochs=100, flip=2)
    at.session_state["flips"] = True
    at.run()
    assert at.get_by_key("flip").value == 2
    assert re.search(r"At epoch 2 chance drew .* with e\b.* e\.grad", shown(at))
    at.number_input(key="flip_epoch").set_value(50).run()
    assert not at.exception
    assert at.get_by_key("flip").value == 50
