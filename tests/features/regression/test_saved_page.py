import io

import pytest
import torch

from playground.core import catalog, training
from playground.core.i18n import LANGUAGES
from playground.core.settings import Settings
from playground.features.regression.saved import reasons, results, words
from playground.features.regression.saved.results import BROKEN, NAMES
from playground.features.regression.saved.work import loading, writing
from playground.jobs import limits
from playground.jobs.failure import BUSY, TIMEOUT, Failure
from playground.ui import workers
from tests.apps import AppTest
from tests.visits import shown


def page(given, trained=True):
    """Be the part of the page that follows the training."""
    from playground.core import training
    from playground.core.run import Run
    from playground.core.settings import Settings
    from playground.features.regression.saved.view import boxes

    settings = Settings.of("linear", ladder="linear_regression", **given)
    run = training.run(settings) if trained else None
    boxes.show(Run(settings, run) if run else None)


def line(**given):
    return Settings.of("linear", ladder="linear_regression", **given)


def visit(*boxes, lang="en", trained=True, query=(), **given):
    given = {"epochs": 40, **given}
    at = AppTest.from_function(
        page, kwargs={"given": given, "trained": trained}, default_timeout=60
    )
    at.session_state["lang"] = lang
    for box in boxes:
        at.session_state[box] = True
    for name, value in query:
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def files(**given):
    settings = line(**{"epochs": 40, **given})
    run = training.run(settings)
    return next(writing.files(settings, 40, tuple(run.final.values())))


def upload(at, content):
    at.file_uploader(key="upload").set_value(("some.pt", content, "application/octet-stream")).run()
    assert not at.exception
    return at


def loaded_of(content):
    return next(loading.file(line(epochs=40), (1.0, 1.0), content))


def codes(at):
    return [code.value for code in at.code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_box_makes_nothing(language, monkeypatch):
    monkeypatch.setattr(writing, "files", None)
    at = visit(lang=language)
    assert words.prose(language)[0] in shown(at)
    assert not at.get("download_button")
    assert not at.code


def test_without_a_run_there_is_nothing_to_save():
    at = visit("save", trained=False)
    assert "once you have trained" in shown(at)
    assert not at.get("download_button")


def test_the_two_files_are_offered_with_the_lines_that_open_them():
    at = visit("save", optimizer="Adam")
    made = files(optimizer="Adam")
    labels = [button.label for button in at.get("download_button")]
    assert labels == [
        f"{name} · {len(getattr(made, slug)):,} bytes" for slug, name in NAMES.items()
    ]
    assert codes(at)[:2] == [results.opening(slug, "Adam") for slug in NAMES]
    assert "torch.optim.Adam(" in codes(at)[1]
    assert codes(at)[2] == catalog.source("linear_regression", "save")
    assert "40 updates" in shown(at)


def test_centred_x_is_something_the_file_does_not_tell():
    assert "x minus its mean" in shown(visit("save", centre=True))
    assert "x minus its mean" not in shown(visit("save"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_uploaded_checkpoint_is_answered_predicted_from_and_trained_on(language):
    at = visit("load", lang=language, optimizer="Adam")
    assert words.prose(language)[1] in shown(at)
    assert not at.success
    upload(at, files(optimizer="Adam", epochs=30).checkpoint)
    assert "`<All keys matched successfully>`" in at.success[0].value
    table = at.table[0].value
    assert table.iloc[:, 1].tolist() == table.iloc[:, 2].tolist() == ["`[1, 1]`", "`[1]`"]
    charts = at.get("plotly_chart")
    assert len(charts) == 2
    assert all(chart.proto.alt for chart in charts)
    assert words.prose(language)[2] in shown(at)
    assert at.info
    assert catalog.source("linear_regression", "load") in codes(at)


def test_the_table_gives_both_models_predictions():
    at = visit("load")
    content = io.BytesIO()
    torch.save({"weight": torch.tensor([[2.0]]), "bias": torch.tensor([1.0])}, content)
    upload(at, content.getvalue())
    final = training.run(line(epochs=40)).final
    rows = at.dataframe[0].value
    assert rows["loaded model"].tolist() == rows["target"].tolist()
    mine = [final["w"] * x + final["b"] for x in rows["x"]]
    assert rows["model on this page"].tolist() == pytest.approx(mine, rel=1e-5)
    assert "one way to train on" in at.info[0].value


def test_the_runs_own_files_need_no_download():
    at = visit("load", query=[("from", "checkpoint")])
    assert "saved after epoch 40" in at.success[0].value
    assert "plain SGD keeps nothing" in at.info[0].value
    at.get_by_key("from").set_value("weights").run()
    assert "one way to train on" in at.info[0].value
    at = visit("load", query=[("from", "checkpoint")], momentum=0.9)
    assert "furthest apart" in at.info[0].value


def test_another_optimizers_state_shows_torchs_error():
    at = upload(visit("load", optimizer="Adam"), files().checkpoint)
    assert "'betas'" in at.error[0].value
    assert "KeyError: 'betas'" in codes(at)
    assert len(at.get("plotly_chart")) == 2


def test_settings_that_a_state_brings_are_named():
    at = upload(visit("load"), files(learning_rate=0.005).checkpoint)
    assert "The state set `lr` to `0.005`; on this page it is `0.01`." in shown(at)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", BROKEN)
def test_a_broken_file_shows_its_code_torchs_words_and_the_meaning(slug, language):
    at = visit("fail", lang=language, query=[("broken", slug)])
    assert codes(at)[0] == results.maker(slug)
    assert at.error[0].value
    if at.session_state["lang"] == "en" and len(codes(at)) > 1:
        found = loaded_of(next(writing.broken(slug)))
        assert at.error[0].value == reasons.explained(found, workers.plain, str)
        assert codes(at)[1] == reasons.message(found.raised)
    assert len(at.success) == (slug == "hostile")


@pytest.mark.parametrize("slug", BROKEN)
def test_an_upload_that_fails_changes_nothing(slug):
    at = visit("load", "save")
    before = [button.label for button in at.get("download_button")], shown(visit("save"))
    upload(at, next(writing.broken(slug)))
    assert at.error
    assert not at.info
    assert not at.get("plotly_chart")
    assert "Your model and your settings are as they were." in shown(at)
    assert [button.label for button in at.get("download_button")] == before[0]
    upload(at, files().weights)
    assert at.success
    assert not at.error


def test_text_from_a_file_shows_as_text_and_does_nothing():
    content = io.BytesIO()
    torch.save({"`![x](https://example.com/x.png)": torch.ones(2), "a|b": torch.ones(1)}, content)
    at = upload(visit("load"), content.getvalue())
    names = at.table[0].value.iloc[:, 0].tolist()
    assert names[2] == "`` `![x](https://example.com/x.png) ``"
    assert at.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_weights_that_lie_deeper_are_taken_with_a_button_and_given_back(language):
    weights = {"module.weight": torch.tensor([[2.0]]), "module.bias": torch.tensor([1.0])}
    content = io.BytesIO()
    torch.save({"epoch": 7, "model": weights}, content)
    at = upload(visit("load", lang=language), content.getvalue())
    assert not at.success
    assert "`model`" in shown(at)
    assert "`module.`" in shown(at)
    assert "`<All keys matched successfully>`" in shown(at)
    at.button(key="take_0").click().run()
    assert not at.exception
    assert not at.error
    assert "`<All keys matched successfully>`" in at.success[0].value
    assert at.table[0].value.iloc[:, 0].tolist() == ["`weight`", "`bias`"]
    assert len(at.get("plotly_chart")) == 2
    at.get_by_key("more").set_value("200").run()  # the place stays
    assert at.success
    at.button(key="take_whole").click().run()
    assert at.error
    assert not at.success


def test_a_place_chosen_in_one_file_is_not_looked_for_in_another():
    content = io.BytesIO()
    torch.save({"net": {"weight": torch.tensor([[2.0]]), "bias": torch.tensor([1.0])}}, content)
    at = upload(visit("load"), content.getvalue())
    at.button(key="take_0").click().run()
    assert at.success
    upload(at, files().weights)
    assert "The file is a state_dict" in at.success[0].value


def test_names_in_a_file_that_lead_to_weights_show_as_text():
    content = io.BytesIO()
    name = "`![x](https://example.com/x.png)"
    torch.save({name: {"weight": torch.tensor([[2.0]]), "bias": torch.tensor([1.0])}}, content)
    at = upload(visit("load"), content.getvalue())
    assert f"`` {name} ``" in shown(at)


def test_what_was_uploaded_is_not_in_the_link():
    at = upload(visit("load"), files().weights)
    assert set(at.query_params) <= {"from", "more", "lang"}


@pytest.mark.parametrize(("box", "name"), [("load", "from"), ("fail", "broken"), ("load", "more")])
def test_a_broken_value_in_a_link_falls_back_and_says_so(box, name):
    query = [("from", "checkpoint"), (name, "everything")]
    at = visit(box, query=query)
    assert "everything" in at.warning[0].value


def test_a_servers_limit_is_for_uploads_alone(monkeypatch):
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 1024)
    at = visit("load", "fail", query=[("broken", "hostile")])
    assert "up to 1 kB" in at.file_uploader(key="upload").label
    upload(at, files().weights)
    assert "opens none of more than 1,024" in at.error[0].value
    assert "Unsupported global" in codes(at)[-1]
    at.get_by_key("from").set_value("checkpoint").run()
    assert "saved after epoch 40" in at.success[0].value


def test_a_server_that_takes_no_files_asks_for_none(monkeypatch):
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 0)
    at = visit("load")
    assert not at.get("file_uploader")
    assert "All keys matched" in at.success[0].value


@pytest.mark.parametrize(
    ("failure", "tries"),
    [(Failure(BUSY, "200 runs wait already"), 2), (Failure(TIMEOUT, "it ran for 9 s"), 1)],
)
def test_only_a_file_that_broke_a_limit_is_not_tried_again(failure, tries, monkeypatch):
    asked = []

    def attempted(job):
        asked.append(job)
        return [], failure

    at = visit("load")
    with monkeypatch.context() as patch:
        patch.setattr(workers, "attempted", attempted)
        upload(at, files().weights)
        assert workers.reason(failure) in at.error[0].value
        assert ("broke a limit" in at.error[0].value) == (tries == 1)
        at.run()
    assert len(asked) == tries
    at.run()
    assert bool(at.success) == (tries == 2)
