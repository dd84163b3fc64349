import dataclasses
import pickle
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from playground.core import catalog, export, training
from playground.core.i18n import LANGUAGES, translator
from playground.core.settings import Settings
from playground.jobs.failure import STOPPED, Failure
from playground.jobs.job import FAILED, News
from playground.ui.run import take_home
from tests.lessons import LESSONS, of
from tests.visits import result, shown, visit


@pytest.fixture
def files(monkeypatch):
    """Return the bytes of each file that the last run of a page offered, by the file's name."""
    offered = {}
    whole = MemoryMediaFileStorage.load_and_get_id

    def load(self, made, mimetype, kind, filename=None):
        if filename != "points.csv":
            offered[filename] = made
        return whole(self, made, mimetype, kind, filename)

    monkeypatch.setattr(MemoryMediaFileStorage, "load_and_get_id", load)
    return offered


def opened(files, page="stages", **query):
    at = visit(page, **query)
    assert files == {}
    at.session_state[take_home.BOX] = True
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ladder", catalog.LADDERS.values(), ids=catalog.LADDERS)
def test_the_files_are_those_of_the_run_that_is_shown(ladder, language, files):
    stage = ladder.lessons[-1].slug
    at = opened(files, ladder.page, stage=stage, lang=language, epochs=70, learning_rate=2e-7)
    settings = Settings.of(stage, ladder=ladder.slug, epochs=70, learning_rate=2e-7)
    assert result(at).run.settings == settings
    script = export.script(settings, language)
    assert files == {
        f"{ladder.slug}_{stage}.py": script.encode(),
        f"{ladder.slug}_{stage}.ipynb": export.notebook(settings, language),
        f"{ladder.slug}_{stage}.csv": export.csv(result(at).run.history).encode(),
    }
    assert at.code[-1].value == script.strip()
    _ = translator(language)
    labels = [at.download_button(key=f"save_{kind}").label for kind in ("py", "ipynb", "csv")]
    assert labels == [_("Script"), _("Notebook"), "CSV"]


LINKED = [of(*param.values, epochs=20) for param in LESSONS] + [
    Settings.of("optim", optimizer="Adagrad", eps=1e-8, degree=2, epochs=20),
    Settings.of("nn", target="step", points=100, noise=0.25, seed=9, degree=4, epochs=20),
    Settings.of("module", momentum=0.5, nesterov=True, learning_rate=2.5e-7, epochs=20),
    Settings.of("numpy", ladder="one_weight", gradient="notebook", epochs=7),
    Settings.of(
        "linear", ladder="linear_regression", data="0,1\n1,3.5\n2,-5e-7", centre=True, epochs=20
    ),
]


@pytest.mark.parametrize("settings", LINKED, ids=lambda s: f"{s.ladder}-{s.stage}")
def test_the_link_in_a_file_leads_to_the_same_run(settings):
    link = urlsplit(export.link(settings, "zh", "https://example.org/below/page"))
    assert link.path == "/below/page"
    at = visit(catalog.LADDERS[settings.ladder].page, **dict(parse_qsl(link.query)))
    assert result(at).run.settings == settings


def test_before_a_run_the_box_says_so(files):
    at = opened(files, stage="dynamic")  # too long to start unasked
    assert "a run comes here as files" in shown(at)
    assert files == {}


def test_settings_that_are_not_trained_yet_leave_the_files_of_the_run_that_is_shown(files):
    at = opened(files, stage="autograd", epochs=70)
    at.toggle(key="auto").set_value(False).run()
    at.number_input(key="epochs").set_value(90).run()
    assert "    epochs=70,\n" in files["polynomial_autograd.py"].decode()


def test_the_files_of_a_stopped_run_go_as_far_as_it_did(files, script):
    run = training.run(Settings.of("autograd", epochs=70))
    cut = dataclasses.replace(run, loss=run.loss[:31], epochs=run.epochs[:31])
    done = pickle.dumps(dataclasses.replace(cut, weights=run.weights[:31]))
    script(News(state=FAILED, parts=(done,), failure=Failure(STOPPED)))
    opened(files, stage="autograd", epochs=70)
    assert "    epochs=31,\n" in files["polynomial_autograd.py"].decode()
    assert files["polynomial_autograd.csv"].decode().splitlines()[-1].startswith("30,")
