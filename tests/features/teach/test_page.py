from urllib.parse import parse_qs, urlsplit

import pytest

from playground.core import tasks, texts
from playground.core.i18n import LANGUAGES, translator
from playground.core.settings import KNOBS, Settings
from playground.features import PAGES as SITE
from playground.features.learning_rates import knobs
from playground.features.learning_rates import words as sweep_texts
from playground.features.teach import plans, ready_tasks
from playground.features.teach.plans import TRACKS
from tests.links import meaning
from tests.visits import left, result, shown, visit

PAGES = tuple(slug for slug, page in SITE.items() if page.predicts)

RATE = {"learning_rate": "6e-06", "momentum": "0.9", "predict": "true"}


def links(at):
    """Return what each link to a page of the site carries, by its label."""
    found = {}
    for link in at.get("page_link"):
        carried = {n: v[0] for n, v in parse_qs(link.proto.query_string).items()}
        found[link.proto.page, link.proto.label.strip("*")] = carried
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_offers_every_task_as_a_link_that_starts_afresh(language):
    at = visit("teach", lang=language)
    assert texts.page("teach", language).strip() in shown(at)
    offered, codes = links(at), [code.value for code in at.code]
    for page in PAGES:
        for ready in ready_tasks.of_page(page, language):
            carried = offered[page, ready.label]
            assert ready.carried.items() <= carried.items()
            assert carried["lang"] == language
            assert carried["afresh"].isdecimal()
            assert ready.task.text in shown(at)
            (address,) = [code for code in codes if code.endswith(ready.link + f"&lang={language}")]
            query = {n: v[0] for n, v in parse_qs(urlsplit(address).query).items()}
            assert meaning(page, query)[0] == ready.task
            answer = translator(language)(ready_tasks.ANSWERS[ready.answer])
            assert answer in shown(at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_label_of_the_builder_is_the_one_the_text_names(language):
    at = visit("teach", lang=language)
    (builder,) = [box for box in at.expander if box.icon == ":material/school:"]
    assert f"**{builder.label}**" in texts.page("teach", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("track", TRACKS)
def test_a_plan_is_shown_and_can_be_taken_along(track, language):
    at = visit("teach", show="plans", track=track, lang=language)
    assert translator(language)(TRACKS[track]) in [one.value for one in at.subheader]
    (text,) = [one.value for one in at.markdown if "45 |" in one.value]
    for link in plans.links(track, language):
        assert f"[{link.label}](" in text
    assert len(at.get("download_button")) == 1
    assert not at.get("page_link")


def test_a_broken_part_or_track_is_named():
    at = visit("teach", show="plans", track="<b>")
    assert "track is '<b>'" in at.warning[0].value
    at = visit("teach", show="all")
    assert "show is 'all'" in at.warning[0].value


@pytest.mark.parametrize("page", ["stages", "one_weight", "regression"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_task_waits_and_then_compares(page, language):
    ready = ready_tasks.of_page(page, language)[0]
    at = visit(page, lang=language, **ready.carried)
    assert not at.warning
    assert ready.task.text in [one.value for one in at.text]
    assert at.button(key="train").disabled
    assert not at.metric
    at.button(key=f"predict_{ready.answer}").click().run()
    assert not at.exception
    said = translator(language)("As you predicted: {predicted}")
    right = translator(language)(tasks.PREDICTIONS[ready.answer])
    assert said.format(predicted=right) in shown(at)
    assert result(at).tried == meaning(page, ready.query)[1]


@pytest.mark.parametrize("page", PAGES)
def test_no_task_of_a_page_warns_of_its_link(page):
    for ready in ready_tasks.of_page(page, "en"):
        at = visit(page, **ready.carried)
        assert not at.warning
        assert f"predict_{ready.answer}" in [button.key for button in at.button]
        assert not at.metric
        for name in ready.task.hidden:
            keys = [one.key for kind in (at.number_input, at.selectbox, at.toggle) for one in kind]
            assert name not in keys


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prediction", "right"), [("converges", True), ("diverges", False)], ids=["right", "wrong"]
)
def test_in_the_lab_neither_sweep_nor_run_shows_before_the_prediction(prediction, right):
    at = visit("learning_rates", **RATE)
    assert not at.get("plotly_chart")
    assert not at.metric
    assert not at.table
    assert sweep_texts.prose("sweep", "en") not in shown(at)
    assert "diverges" not in " ".join(one.value for one in at.info)
    at.button(key=f"predict_{prediction}").click().run()
    assert not at.exception
    assert len(at.get("plotly_chart")) == 2
    assert at.metric
    assert ("As you predicted" if right else "You predicted") in shown(at)
    assert tasks.PREDICTIONS["converges"] in shown(at)
    at.number_input(key="learning_rate").set_value(5e-6).run()
    assert not at.get("plotly_chart")  # another rate: a prediction of its own
    at.button(key="predict_converges").click().run()
    assert len(at.get("plotly_chart")) == 2


def test_without_a_task_the_lab_asks_nothing():
    at = visit("learning_rates", epochs=60)
    assert len(at.get("plotly_chart")) == 2
    assert "predict_converges" not in [button.key for button in at.button]
    at = visit("learning_rates", lab="conditioning", ladder="one_weight", epochs=60, predict="true")
    assert at.get("plotly_chart")


def test_in_the_lab_a_locked_knob_stands_still_and_a_hidden_one_holds():
    hidden = "momentum,seed,target,degree"
    at = visit(
        "learning_rates", learning_rate=2e-6, epochs=60, momentum=0.5, degree=2, points=100,
        lock="learning_rate,points", hide=hidden,
    )  # fmt: skip
    fit = left(at, "learning_rates").fit
    assert (fit.epochs, fit.momentum, fit.degree, fit.points) == (60, 0.5, 2, 100)
    assert at.number_input(key="learning_rate").disabled
    assert at.select_slider(key="swept_rate").disabled
    assert at.number_input(key="points").disabled
    assert not at.number_input(key="epochs").disabled
    assert not {"momentum", "seed", "degree"} & {one.key for one in at.number_input}
    assert "target" not in [one.key for one in at.selectbox]
    assert "Back to the tutorial's settings" not in [button.label for button in at.button]
    at.number_input(key="epochs").set_value(70).run()
    fit = left(at, "learning_rates").fit
    assert (fit.epochs, fit.momentum, fit.degree) == (70, 0.5, 2)


def test_in_the_lab_a_hidden_rate_and_a_locked_line_hold():
    at = visit(
        "learning_rates", ladder="linear_regression", data="0,1\n1,3\n7,2", centre="true",
        learning_rate=0.02, epochs=60, hide="learning_rate", lock="data,centre",
    )  # fmt: skip
    assert "learning_rate" not in [one.key for one in at.number_input]
    assert not at.select_slider
    assert at.toggle(key="centre").disabled
    fit = left(at, "learning_rates").fit
    assert (fit.data, fit.centre) == ("0,1\n1,3\n7,2", True)
    lab = knobs.lab("linear_regression", data=fit.data, centre=True, epochs=60)
    assert knobs.replayed(lab, 0.02) == Settings.of(
        "linear", ladder="linear_regression", data=fit.data, centre=True, epochs=60,
        learning_rate=0.02,
    )  # fmt: skip
    assert "The rate 0.02 is" in shown(at)


@pytest.mark.parametrize("page", ["learning_rates", "accumulation"])
def test_the_builder_of_every_page_that_can_ask_offers_it(page):
    at = visit(page)
    at.session_state["builder"] = True
    at.run()
    at.toggle(key="task_predict").set_value(True).run()
    link = next(code.value for code in at.code if f"/{page}?" in code.value)
    assert "predict=true" in link
    offered = [one.key for one in at.multiselect]
    assert ("task_lock" in offered) == (page == "learning_rates")
    if page == "learning_rates":
        assert set(at.multiselect(key="task_lock").options) <= set(KNOBS)
    at = visit("graph")
    at.session_state["builder"] = True
    at.run()
    assert "task_predict" not in [one.key for one in at.toggle]
