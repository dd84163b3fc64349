import ast
import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest
import torch

from playground.core import analysis, data, export, history, training, weights
from playground.core.i18n import LANGUAGES
from playground.core.settings import OPTIMIZERS, Settings
from playground.core.targets import TARGETS
from tests.languages import COMPLETE
from tests.lessons import LESSONS, of
from tests.samples import some

RUNNER = Path(__file__).with_name("take_home_runner.py")
FETCH = "import sys, urllib.request as u; u.urlopen(sys.argv[1]).read()"  # figure.show() waits
ADDRESS = "https://playground.example/stages"
EPOCHS = 120

LINE = {"ladder": "linear_regression", "epochs": EPOCHS}
OWN = "1,2\n-3,4.5\n0.1,1e-7\n1e6,3"
MORE = {
    "noise": Settings.of("autograd", noise=0.3, seed=11, points=301, epochs=EPOCHS),
    "degree": Settings.of("nn", degree=5, learning_rate=1e-8, seed=2, epochs=EPOCHS),
    "degree 9": Settings.of("optim", degree=9, epochs=EPOCHS),
    "dynamic": Settings.of("dynamic", seed=7, epochs=EPOCHS),
    "numpy runs away": Settings.of("numpy", learning_rate=1e-3, epochs=EPOCHS),
    "tensors run away": Settings.of("dynamic", learning_rate=1e-2, epochs=EPOCHS),
    "notebook": Settings.of("numpy", ladder="one_weight", gradient="notebook", epochs=8),
    "own points": Settings.of("linear", data=OWN, learning_rate=1e-9, **LINE),
    "own points, noise": Settings.of("linear", data="0,1\n1,2\n2,2", noise=0.5, seed=4, **LINE),
    "many points": Settings.of(
        "linear", data="".join(f"{k},{k / 7}\n" for k in range(200)), **LINE
    ),
    "centre": Settings.of("linear", centre=True, noise=0.2, seed=9, **LINE),
    "Nesterov": Settings.of("linear", momentum=0.5, nesterov=True, weight_decay=0.1, **LINE),
    "no search": Settings.of("module", optimizer="LBFGS", line_search="none", max_iter=5, epochs=9),
}
MORE |= {
    name: Settings.of("optim", optimizer=name, target="step", epochs=40) for name in OPTIMIZERS
}
CASES = {
    f"{param.id}.{kind}": of(*param.values, epochs=min(EPOCHS, param.values[0].defaults["epochs"]))
    for param in LESSONS
    for kind in ("py", "ipynb")
} | {f"{name}.py": settings for name, settings in MORE.items()}
SOME = 20  # of the cases, in an ordinary run
RUN_AWAY = ("numpy runs away.py", "tensors run away.py")


def chosen(config):
    names = {*some(config, CASES, SOME), *RUN_AWAY}
    return {name: settings for name, settings in CASES.items() if name in names}


def pytest_generate_tests(metafunc):
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", chosen(metafunc.config))


def environment():
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"BROWSER": f'{sys.executable} -c "{FETCH}" %s &'}


@pytest.fixture(scope="module")
def ran(tmp_path_factory, request):
    """Return what each case did, in an empty folder and without anything of ours."""
    files = {}
    for name, settings in chosen(request.config).items():
        folder = tmp_path_factory.mktemp("empty")
        files[name] = folder / f"{export.stem(settings)}.{name.rpartition('.')[2]}"
        if name.endswith(".py"):
            files[name].write_text(export.script(settings, "zh", ADDRESS), encoding="utf-8")
        else:
            files[name].write_bytes(export.notebook(settings, "en", ADDRESS))
    command = [sys.executable, "-I", "-W", "error", str(RUNNER), *map(str, files.values())]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return {n: json.loads(f.with_suffix(".json").read_text()) for n, f in files.items()}


@pytest.fixture
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.export
@pytest.mark.usefixtures("one_thread")
def test_the_file_alone_makes_the_very_losses_of_the_page(ran, name):
    settings = CASES[name]
    run = training.run(settings)
    assert [x.hex() for x in ran[name]["losses"]] == [x.hex() for x in run.loss.tolist()]
    np.testing.assert_array_equal(ran[name]["weights"], list(run.final.values()))
    assert ran[name]["threads"] == 1 or "device" not in settings.lesson.knobs


@pytest.mark.export
def test_what_runs_away_ends_where_the_page_does(ran):
    for case in RUN_AWAY:
        *before, last = ran[case]["losses"]
        assert len(before) < EPOCHS - 1
        assert all(map(math.isfinite, before))
        assert not math.isfinite(last)


@pytest.mark.export
def test_the_figure_has_the_points_and_the_curve_of_these_weights(ran, name):
    settings, made = CASES[name], ran[name]
    for values, name in zip(data.sample_for(settings), "xy", strict=True):
        given = np.array(made[name])
        if settings.ladder == "linear_regression":  # the page has what float32 makes of them
            given = given.astype(np.float32)
        np.testing.assert_array_equal(given, values)
    if "runs away" in name:
        return
    best = analysis.curves(settings, np.array([made["weights"]]), np.array(made["at"]))[-1, 0]
    np.testing.assert_allclose(made["curve"], best, rtol=1e-9, atol=1e-9)
    drawn = ["fit to x^4", "fit to x^5"] if settings.stage == "dynamic" else []
    assert made["traces"] == ["data", "fit", *drawn, "loss"]


@pytest.mark.parametrize("names", [("w", "b"), ("slope", "bias"), ("w", "bias")])
def test_the_script_prints_each_weight_by_its_name(names, monkeypatch, capsys):
    settings = Settings.of("linear", **LINE)
    form = type(settings.lesson.form)
    monkeypatch.setattr(form, "weights", lambda self, settings: weights.scalars(names))
    lines = export.script(settings, "en").splitlines()
    (said,) = (line for line in lines if line.startswith('print("weights"'))
    exec(said, {"weights": [2.0, 1.0]})
    assert capsys.readouterr().out == f"weights {dict(zip(names, (2.0, 1.0), strict=True))}\n"


@pytest.mark.export
def test_the_script_prints_losses_as_they_stand_in_the_csv(tmp_path, one_thread):
    settings = Settings.of("autograd", epochs=57)
    (tmp_path / "run.py").write_text(export.script(settings, "en"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "run.py"],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    rows = dict(row[:2] for row in csv.reader(io.StringIO(export.csv(training.run(settings)))))
    said = [line.split() for line in done.stdout.splitlines() if line.startswith("epoch")]
    assert {int(words[1]) for words in said} >= {0, 5, 10, 55, 56}
    for _epoch, epoch, _loss, loss in said:
        assert rows[epoch] == loss


@pytest.mark.export
def test_jupyter_runs_the_notebook(tmp_path, one_thread, monkeypatch):
    settings = Settings.of("autograd", epochs=30)
    file = nbformat.reads(export.notebook(settings, "zh", ADDRESS).decode(), as_version=4)
    for name in ("PYTHONPATH", "PLOTLY_RENDERER"):
        monkeypatch.delenv(name, raising=False)
    nbclient.NotebookClient(
        file, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [output for cell in file.cells for output in cell.get("outputs", [])]
    printed = "".join(output.get("text", "") for output in outputs)
    assert f"epoch 29 loss {training.run(settings).loss[-1]}" in printed
    assert any("application/vnd.plotly.v1+json" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS)
def test_the_lesson_is_in_it_to_the_letter_and_the_rest_is_short(lesson, language):
    settings = of(lesson)
    script = export.script(settings, language, ADDRESS)
    assert f"\n\n{lesson.source}\n\n" in script
    assert len(script.splitlines()) <= 150
    assert [line for line in script.splitlines() if len(line) > 100 and ADDRESS not in line] == []
    assert export.link(settings, language, ADDRESS) in script
    assert "Gradient Playground 0" in script

    notebook = nbformat.reads(export.notebook(settings, language, ADDRESS).decode(), as_version=4)
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0] == lesson.source
    assert all(part in script for part in code)
    assert export.link(settings, language, ADDRESS) in notebook.cells[0].source


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_code_is_the_same_in_both_languages_and_imports_little(lesson):
    english, chinese = (ast.parse(export.script(of(lesson), language)) for language in COMPLETE)
    assert ast.dump(english) == ast.dump(chinese)
    imported = [
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(english)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    ]
    needed = {name.partition(".")[0] for name in imported}
    assert needed <= {"torch", "numpy", "plotly", "math", "random"}
    assert ("torch" in needed) == ("device" in lesson.knobs)


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_name_of_ours_takes_the_place_of_one_in_the_lesson(lesson):
    """A notebook's cells are run again, in any order."""
    whole, own = ast.parse(export.script(of(lesson), "en")), ast.parse(lesson.source)
    defined = [node.name for node in whole.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    stored = {
        node.id
        for part in whole.body[len(own.body) :]
        for node in ast.walk(part)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert len(defined) == len(set(defined))
    assert stored.isdisjoint(defined)


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_written_as_it_is_worked_out(target):
    settings = Settings.of("numpy", target=target, noise=0.1, seed=3)
    names = {"np": np}
    exec("\n".join(data.recipe(settings)), names)
    x, y = data.sample_for(settings)
    np.testing.assert_array_equal(names["x"], x)
    np.testing.assert_array_equal(names["y"], y)


HOSTILE = "x\n__import__('os').system('touch hacked')\n\"\"\"'''\r\u2028<b>`](javascript:1)"


@pytest.mark.parametrize("knob", ["data", "target", "optimizer", "device", "seed", "noise"])
def test_no_text_gets_into_settings_that_could_get_into_the_code(knob):
    with pytest.raises(ValueError, match=r"is not two numbers|but it must be|is no knob"):
        Settings.of("linear", ladder="linear_regression", **{knob: HOSTILE})


def test_an_address_cannot_leave_its_comment():
    settings = Settings.of("autograd")
    plain, hostile = (export.script(settings, "en", a) for a in (ADDRESS, ADDRESS + HOSTILE))
    assert ast.dump(ast.parse(plain)) == ast.dump(ast.parse(hostile))
    assert len(plain.splitlines()) == len(hostile.splitlines())
    link = export.link(settings, "en", ADDRESS + HOSTILE)
    assert link.isascii()
    assert not set(" <>()`'\"\n\r") & set(link)


def test_file_names_suit_every_system():
    names = [export.stem(of(*param.values)) for param in LESSONS]
    assert len({name.lower() for name in names}) == len(names)
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in names)
    assert not {*names} & sys.stdlib_module_names


def rows(run):
    return list(csv.DictReader(io.StringIO(export.csv(run))))


def test_the_csv_has_every_loss_in_full_and_the_weights_where_they_were_kept():
    run = training.run(Settings.of("autograd", epochs=500))
    *table, last = rows(run)
    assert [float(row["loss"]) for row in table] == run.loss.tolist()
    kept = [row for row in table if row["a"]]
    assert [int(row["epoch"]) for row in kept] == run.epochs.tolist()
    assert [[float(row[name]) for name in run.names] for row in kept] == run.weights.tolist()
    assert (last["epoch"], last["loss"]) == ("500", "")
    assert [float(last[name]) for name in run.names] == list(run.final.values())


def test_the_csv_of_what_ended_early_has_no_row_after_the_end():
    diverged = training.run(Settings.of("autograd", learning_rate=1e-2))
    table = rows(diverged)
    assert len(table) == len(diverged.loss)
    assert float(table[-1]["loss"]) == math.inf or math.isnan(float(table[-1]["loss"]))
    assert [table[-1][name] for name in "abcd"] == [str(v) for v in diverged.final.values()]

    stopped = history.stopped(training.run(Settings.of("autograd", epochs=30)))
    assert len(rows(stopped)) == 30
