"""What a notebook has: `playground.run`, `race`, `sweep` and `trace`, and how each shows itself."""

import dataclasses
import doctest
import pickle
import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import plotly.graph_objects as go
import pytest

import playground
from playground.core import analysis, data, history, notebook, training
from playground.core.history import History
from playground.core.relief import CONTOUR
from playground.core.settings import Settings
from playground.features.graph import knobs as graph_knobs
from playground.features.graph import work as graph_work
from playground.features.learning_rates import knobs as sweep_knobs
from playground.features.learning_rates import work as sweep_work
from playground.features.learning_rates.figures import marks
from playground.features.optimizers.figures import replay
from playground.features.optimizers.knobs import Problem, Race, Racer
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.work import running
from playground.ui.kit import charts
from tests.lessons import LESSONS, of

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
LANGUAGE = ("LC_MESSAGES", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LANG")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    for name in LANGUAGE:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def fit():
    return playground.run("autograd", epochs=120, seed=3)


@pytest.fixture(scope="module")
def race():
    return playground.race(
        "rosenbrock", ["SGD", "Adam"], steps=60, start=(-1.2, 1.0), learning_rates={"Adam": 0.05}
    )


@pytest.fixture(scope="module")
def sweep():
    return playground.sweep("polynomial", degree=2, epochs=60, momentum=0.5)


@pytest.fixture(scope="module")
def graph():
    return playground.trace("(w*x - y)**2", w=1.5, x=2.0, y=1.0, untracked=["x", "y"])


# --- README


def section(title):
    text = README.read_text(encoding="utf-8")
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_code_in_the_readme_does_what_is_shown_there():
    found = doctest.DocTestParser().get_doctest(section("In a notebook"), {}, "README", None, 0)
    assert {name for name in playground.__all__ if f"playground.{name}(" in found.docstring} == {
        "race", "run", "sweep", "trace",
    }  # fmt: skip
    said = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    ran = runner.run(found, out=said.append)
    assert ran.attempted >= 12
    assert not ran.failed, "".join(said)


def test_the_verdict_in_the_readme_is_what_the_notebook_shows():
    quoted = re.findall(r"^> ?(.*)$", section("In a notebook"), re.MULTILINE)
    paragraphs = "</p><p>".join(" ".join(quoted).split("  "))
    call = re.search(r"playground\.run\((.+)\)", section("In a notebook"))[0]
    assert f"<p>{paragraphs}</p>" in eval(call)._repr_html_()


# --- the four functions


def test_nothing_heavy_is_imported_before_it_is_called():
    code = (
        "import sys, playground; [getattr(playground, name) for name in playground.__all__]; "
        "heavy = {'torch', 'streamlit', 'plotly', 'pandas'} & sys.modules.keys(); "
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_package_names_what_it_has_and_nothing_else():
    assert set(playground.__all__) <= set(dir(playground))
    for name in playground.__all__:
        assert getattr(playground, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        playground.walk


WRONG = {
    "unknown stage": (playground.run, ["autograd2"], {}, "stage is 'autograd2'.*numpy, tensor"),
    "unknown knob": (playground.run, ["autograd"], {"momentum": 0.9}, "momentum is no knob of"),
    "epochs": (playground.run, ["autograd"], {"epochs": 0}, "epochs is 0.*from 1 to 30000"),
    "problem": (playground.race, ["bowl"], {}, "problem is 'bowl'.*cubic, line, ravine"),
    "racer": (playground.race, ["ravine", ["Adan"]], {}, "racer is 'Adan'.*SGD, momentum"),
    "one name": (playground.race, ["ravine", "Adan"], {}, "racer is 'Adan'"),
    "twice": (playground.race, ["ravine", ["SGD", "SGD"]], {}, "racers has SGD 2 times"),
    "nobody": (playground.race, ["ravine", []], {}, "there are 0 racers, but 1 to 8 fit"),
    "too many": (playground.race, ["ravine", list(RACERS)], {}, "12 racers, but 1 to 8 fit"),
    "steps": (playground.race, ["ravine"], {"steps": 2001}, "steps is 2001.*from 1 to 2000"),
    "start": (playground.race, ["ravine"], {"start": (1,)}, "start is .1,..*numbers, x and y"),
    "no place": (playground.race, ["line"], {"start": (1, "b")}, "start, b is 'b'.*a number"),
    "a rate's racer": (
        playground.race, ["ravine", ["SGD"]], {"learning_rates": {"Adam": 1}},
        "a racer in learning_rates is 'Adam'.*one of SGD",
    ),
    "rate": (
        playground.race, ["ravine", ["SGD"]], {"learning_rates": {"SGD": 11}},
        "learning_rate is 11.*to 10",
    ),
    "an option's racer": (
        playground.race, ["ravine", ["SGD"]], {"options": {"Adam": {}}},
        "a racer in options is 'Adam'",
    ),
    "option": (
        playground.race, ["ravine", ["SGD"]], {"options": {"SGD": {"beta1": 0.5}}},
        "beta1 is no knob of SGD here; it has momentum, nesterov, weight_decay",
    ),
    "option's bounds": (
        playground.race, ["ravine", ["SGD"]], {"options": {"SGD": {"momentum": 2}}},
        "momentum is 2.*from 0 to 1",
    ),
    "not of this problem": (playground.race, ["ravine"], {"target": "sin"}, "of ravine.*has none"),
    "target": (playground.race, ["cubic"], {"target": "sine"}, "target is 'sine'.*sin, cos"),
    "formula": (playground.race, ["own"], {"formula": "x + z"}, "z is unknown here"),
    "fit": (playground.sweep, ["cubic"], {}, "ladder is 'cubic'.*polynomial, one_weight"),
    "swept rate": (playground.sweep, [], {"learning_rate": 1}, "learning_rate is no knob of"),
    "not swept": (playground.sweep, [], {"weight_decay": 0.1}, "weight_decay is no knob of"),
    "no degree": (playground.sweep, ["one_weight"], {"degree": 2}, "it has epochs, momentum"),
    "degree": (playground.sweep, [], {"degree": 10}, "degree is 10.*from 1 to 9"),
    "below": (playground.sweep, [], {"below": 9}, "below is 9.*from 0.5 to 8"),
    "nothing": (playground.trace, [], {}, "stage is None.*numpy, tensor, autograd"),
    "traced stage": (playground.trace, [], {"stage": "nm"}, "stage is 'nm'.*numpy, tensor"),
    "traced knob": (playground.trace, [], {"stage": "nn", "a": 1}, "a is no knob of nn"),
    "epoch": (playground.trace, [], {"stage": "nn", "epoch": 2000}, "epoch is 2000.*to 1999"),
    "x": (playground.trace, [], {"stage": "nn", "x": 4}, "x is 4.*from -3.14"),
    "x of a line": (
        playground.trace, [], {"stage": "linear", "ladder": "one_weight", "x": 1},
        "x is 1, but only a stage of polynomial",
    ),
    "untracked stage": (
        playground.trace, [], {"stage": "nn", "untracked": "a"}, "untracked.*for an expression",
    ),
    "expression": (playground.trace, ["w*"], {"w": 1}, r"missing after \*"),
    "missing": (playground.trace, ["w*x"], {"w": 1}, "x is in the expression.*no number"),
    "stranger": (playground.trace, ["w"], {"w": 1, "z": 1}, "of a tensor is 'z'.*one of w"),
    "untracked": (playground.trace, ["w"], {"w": 1, "untracked": "z"}, "is 'z'.*one of w"),
    "text": (playground.trace, ["w"], {"w": "one"}, "w: 'one' is not a number"),
    "nan": (playground.trace, ["w"], {"w": float("nan")}, "nan is not between"),
    "nine": (playground.trace, ["w"], {"w": range(9)}, "w takes 1 to 8 numbers, not 9"),
    "cube": (playground.trace, ["w"], {"w": [[[1]]]}, "w has 3 dimensions, but it must be"),
    "ragged": (playground.trace, ["w"], {"w": [[1, 2], [3]]}, "w has rows of several lengths"),
    "rows": (playground.trace, ["w"], {"w": np.ones((5, 2))}, "w is a matrix of 5 × 2: at most"),
    "given inside": (playground.trace, ["a = 2; a*w"], {"w": 1, "a": 3}, "is 'a'.*one of w"),
    "vectors in a race": (
        playground.race, ["own"], {"formula": "a = [1, 2]; sum(a*x) + y"}, "a is no single number",
    ),
    "grad_outputs": (
        playground.trace, ["w"], {"w": [1, 2], "grad_outputs": [1]},
        "grad_outputs has 1 numbers, but the result has 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_mistake_is_named_with_its_rule(wrong):
    function, given, named, message = WRONG[wrong]
    with pytest.raises(ValueError, match=message):
        function(*given, **named)


def test_every_figure_is_drawn_in_the_language_that_is_asked_for(fit, race, sweep):
    for shown in (fit, race, sweep):
        assert shown.figure("en") if shown is not race else shown.figure(language="en")
        chinese = shown.figure(language="zh")
        assert any(re.search("[\u4e00-\u9fff]", trace.name or "") for trace in chinese.data) or (
            re.search("[\u4e00-\u9fff]", chinese.layout.xaxis2.title.text)
        )
        with pytest.raises(ValueError, match="language is 'de', but it must be one of en, zh"):
            shown.figure(language="de")


@pytest.mark.parametrize("variable", LANGUAGE)
def test_words_are_in_the_language_of_the_environment(variable, monkeypatch, fit, race, sweep):
    for shown in (fit, race, sweep):
        assert not re.search("[\u4e00-\u9fff]", shown._repr_html_())
    monkeypatch.setenv(variable, "zh_CN.UTF-8")
    for shown in (fit, race, sweep):
        assert re.search("[\u4e00-\u9fff]", shown._repr_html_())


def test_all_are_told_in_a_short_line(fit, race, sweep, graph):
    for shown in (fit, race, sweep, graph, *race.ranking()):
        assert "\n" not in repr(shown)
        assert len(repr(shown)) < 160


def test_html_is_escaped():
    card = notebook.card(["a < b"], [("<script>", "&", "")])
    assert "a &lt; b" in card
    assert "&lt;script&gt;" in card
    assert "<script>" not in card


# --- a run


def test_a_run_is_the_history_that_the_page_has(fit):
    settings = Settings.of("autograd", epochs=120, seed=3)
    plain = training.run(settings)
    assert isinstance(fit, History)
    assert fit.settings == settings
    np.testing.assert_array_equal(fit.loss, plain.loss)
    np.testing.assert_array_equal(fit.weights, plain.weights)
    assert (fit.final, fit.ended, fit.names) == (plain.final, "finished", ("a", "b", "c", "d"))
    assert repr(fit) == repr(plain)


def test_a_run_is_replaced_stopped_and_pickled_as_any_history(fit):
    assert dataclasses.replace(fit) == fit
    assert dataclasses.replace(fit, seconds=0.0) != fit
    stopped = history.stopped(dataclasses.replace(fit, epochs=fit.epochs[:50]))
    assert stopped.settings == fit.settings
    assert len(stopped.loss) == fit.epochs[49] + 1
    assert pickle.loads(pickle.dumps(fit)) == fit  # by its numbers: its arrays are others
    assert stopped != fit != dataclasses.replace(fit, loss=fit.loss + 1)
    lost = dataclasses.replace(fit, final=dict.fromkeys(fit.final, float("nan")))
    assert pickle.loads(pickle.dumps(lost)) == lost != fit


def test_what_a_worker_sends_holds_no_settings():
    for part in training.stream(Settings.of("numpy", epochs=5)):
        assert type(part) is History


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_figure_is_that_of_the_page(lesson):
    settings = of(lesson, epochs=6)
    run = playground.run(lesson.slug, ladder=lesson.ladder, epochs=6)
    figure = run.figure("zh")
    assert isinstance(figure, go.Figure)
    assert figure == notebook.drawn(charts.chart(run, settings, "zh", CONTOUR, ()))
    assert len(figure.frames) == 6


def test_a_run_shows_its_verdict_its_loss_and_the_floor(fit):
    best = analysis.quadratic_for(fit.settings)
    shown = fit._repr_html_()
    assert "On its way" in shown
    assert f"2/λmax = {best.stable_rate:.4g}" in shown
    for number in (fit.loss[-1], best.floor, fit.loss[-1] / best.floor, *fit.final.values()):
        assert f"{number:.4g}" in shown


def test_a_run_that_diverged_says_so():
    run = playground.run("numpy", learning_rate=1e-4)
    assert run.ended == "diverged"
    assert f"Diverged: at epoch {len(run.loss) - 1} " in run._repr_html_()
    assert len(run.to_frame()) == len(run.loss)
    assert run.figure().layout.sliders


# --- a race


def test_a_race_is_the_one_of_the_page(race):
    problem = Problem(slug="rosenbrock")
    sgd = Racer.of("SGD", race.race.racers[0].settings.learning_rate)
    same = Race(problem, (-1.2, 1.0), 60, (sgd, Racer.of("Adam", 0.05)))
    assert race.race == same
    landscape, *runs = running.run(same)
    np.testing.assert_array_equal(race.landscape.loss, landscape.loss)
    assert list(race.runs) == ["SGD", "Adam"]
    for run in runs:
        np.testing.assert_array_equal(race.runs[run.slug].places, run.places)
    drawn = replay.race(same, landscape, runs, 0.5, CONTOUR, str)
    assert race.figure(0.5) == notebook.drawn(drawn)


def test_a_goal_decides_the_ranking(race):
    assert race.goal == 0.1
    sgd, adam = race.runs["SGD"], race.runs["Adam"]
    between = float(adam.loss.min() + sgd.loss.min()) / 2
    first = adam if adam.loss.min() < sgd.loss.min() else sgd
    assert race.ranking(between)[0] is first
    assert race.ranking(between)[1].reaches(between) is None
    with pytest.raises(ValueError, match="goal is nan"):
        race.ranking(float("nan"))


def test_a_race_is_told_in_words_and_as_a_table(race):
    for run in race.runs.values():
        assert f"{run.loss[-1]:.4g}" in race._repr_html_()
    assert "No racer gets down to 0.1 by epoch 60." in race._repr_html_()
    assert repr(race).startswith("Raced(rosenbrock from (-1.2, 1), 60 steps; down to 0.1: ")
    assert "Adam never" in repr(race)


def test_a_racer_that_ran_away_and_one_that_torch_stopped_are_told():
    gone = playground.race("ravine", "SGD", learning_rates={"SGD": 1.0})
    assert "SGD diverged" in gone._repr_html_()
    assert gone.figure().frames
    steep = playground.race("own", ["SGD"], formula="exp(x)", start=(709.5, 1.0), steps=3)
    assert steep.runs["SGD"].loss[0] > 1e308  # near the largest float
    assert steep.figure().frames
    stopped = playground.race("own", ["SGD", "LBFGS"], formula="log(x)", steps=5)
    assert str(stopped.runs["LBFGS"].error) == "IndexError: list index out of range"
    assert "LBFGS stopped at epoch 0" in stopped._repr_html_()
    assert str(stopped.runs["LBFGS"].error) in stopped._repr_html_()


def test_a_racer_takes_its_options_and_the_problem_its_own():
    own = {"momentum": {"momentum": 0.5}}
    race = playground.race("cubic", ["momentum"], pair="ac", target="exp", steps=2, options=own)
    assert race.race.racers[0].settings.momentum == 0.5
    assert race.race.problem == Problem(target="exp", pair="ac")
    a, _b, c, _d = data.start(Settings.of("autograd"))
    assert race.race.start == pytest.approx((a, c), rel=1e-3)


# --- a sweep


def test_a_sweep_is_the_one_of_the_page(sweep):
    lab = sweep_knobs.lab("polynomial", degree=2, epochs=60, momentum=0.5)
    found = next(sweep_work.swept(lab))
    assert sweep.lab == lab
    np.testing.assert_array_equal(sweep.rates, found.rates)
    np.testing.assert_array_equal(sweep.final, found.final)
    assert sweep.kinds == found.kinds
    assert sweep.figure() == notebook.drawn(marks.swept(found, lab, str))


def test_the_border_of_a_sweep_is_that_of_descent(sweep):
    best = analysis.quadratic_for(Settings.of("nn", degree=2))
    assert sweep.border == pytest.approx(1.5 * best.stable_rate)
    assert f"{sweep.border:.4g}" in sweep._repr_html_()
    assert repr(sweep).endswith(f"border {sweep.border:.4g})")
    for kind in set(sweep.kinds):
        assert f"{sweep.kinds.count(kind)} {kind}" in repr(sweep)


# --- a graph


def gradients(graph):
    return {n.name: n.gradient.numbers for n in graph.nodes if n.kind == "leaf" and n.gradient}


def test_the_gradients_of_an_expression_are_those_of_algebra(graph):
    assert gradients(graph) == {"w": (2 * 2.0 * (1.5 * 2.0 - 1.0),)}
    tracked = playground.trace("(w*x - y)**2", w=1.5, x=2.0, y=1.0)
    assert gradients(tracked) == {"w": (8.0,), "x": (6.0,), "y": (-4.0,)}
    assert repr(graph) == "Graph(6 nodes: result 4, w.grad = 8)"


def test_a_graph_is_the_one_of_the_page(graph):
    inputs = tuple(
        graph_knobs.Input(name, (value,), name == "w")
        for name, value in (("w", 1.5), ("x", 2.0), ("y", 1.0))
    )
    page = next(graph_work.own("(w*x - y)**2", inputs))
    assert vars(graph) == vars(page)


def test_a_vector_takes_a_vector_back():
    given = {"w": [1.0, 2.0], "x": np.array([3.0, 5.0])}
    alone = playground.trace("w*x", **given)
    assert "grad can be implicitly created only for scalar outputs" in repr(alone)
    assert not gradients(alone)
    weighted = playground.trace("w*x", **given, grad_outputs=[1.0, 10.0])
    assert gradients(weighted) == {"w": (3.0, 50.0), "x": (1.0, 20.0)}


def test_matrices_go_in_and_come_back():
    weights, x = [[1.0, 2.0], [3.0, 4.0]], [0.5, -1.0]
    graph = playground.trace("sum((m @ x)**2)", m=weights, x=np.array(x), untracked="x")
    expected = 2 * np.outer(np.array(weights) @ x, x)
    np.testing.assert_allclose(gradients(graph)["m"], expected.ravel(), rtol=1e-6)
    wide = np.arange(32).reshape(4, 8) / 7
    broad = playground.trace("c + v", c=np.ones((4, 1)), v=np.ones(8), grad_outputs=wide)
    np.testing.assert_allclose(gradients(broad)["v"], wide.sum(0), rtol=1e-6)
    plain = playground.trace("m*m", m=weights, grad_outputs=[[1, 0], [0, 1]])
    assert gradients(plain) == {"m": (2.0, 0.0, 0.0, 8.0)}


def test_the_text_may_give_the_numbers():
    assert gradients(playground.trace("a = Value(-4.0); b = 3; a*b")) == {"a": (3.0,), "b": (-4.0,)}
    assert gradients(playground.trace("a = -4.0; a*w", w=2, untracked="a")) == {"w": (-4.0,)}


def test_micrograds_own_test_is_traced_as_it_stands():
    graph = playground.trace(
        "a = Value(-4.0)\nb = Value(2.0)\nc = a + b\nd = a * b + b**3\n"
        "c += c + 1\nc += 1 + c + (-a)\n"
        "d += d * 2 + (b + a).relu()\nd += 3 * d + (b - a).relu()\ne = c - d\nf = e**2\n"
        "g = f / 2.0\ng += 10.0 / f\ng.backward()"
    )
    found = gradients(graph)
    assert graph[graph.result].value.numbers == pytest.approx((24.70408,), rel=1e-6)
    assert found["a"] == pytest.approx((138.83382,), rel=1e-6)
    assert found["b"] == pytest.approx((645.57726,), rel=1e-6)


def test_a_mistake_in_an_expression_shows_its_place():
    with pytest.raises(ValueError, match="not closed") as raised:
        playground.trace("(w*x", w=1, x=2)
    assert raised.value.__notes__ == ["(w*x\n^"]


def test_a_name_that_is_also_an_argument_is_a_tensor_in_an_expression():
    assert gradients(playground.trace("stage*epoch", stage=2, epoch=3)) == {
        "stage": (3.0,),
        "epoch": (2.0,),
    }


def test_the_graph_of_a_stage_has_its_gradients():
    """d(loss)/da = 2 sum(y_pred - y), as the first lesson writes it out."""
    settings = Settings.of("autograd", points=50)
    (a, b, c, d), (x, y) = data.start(settings), data.sample_for(settings)
    graph = playground.trace(stage="autograd", points=50)
    (found,) = gradients(graph)["a"]
    assert found == pytest.approx(2 * (a + b * x + c * x**2 + d * x**3 - y).sum(), rel=1e-5)
    one = playground.trace(stage="autograd", x=2.0)
    (found,) = gradients(one)["a"]
    assert found == pytest.approx(2 * (a + 2 * b + 4 * c + 8 * d - np.sin(2.0)), rel=1e-5)
    later = playground.trace(stage="autograd", epoch=50, x=2.0)
    assert abs(gradients(later)["a"][0]) < abs(found)


def test_a_graph_goes_through_its_steps_in_dot(graph):
    assert graph.dot() == graph.dot(graph.last_step)
    assert "grad 8" in graph.dot()
    assert "grad: not yet" in graph.dot(0)
    assert re.search("[\u4e00-\u9fff]", graph.dot(0, "zh"))
    with pytest.raises(ValueError, match="step is 99, but it must be a whole number from 0 to"):
        graph.dot(99)


@pytest.fixture
def no_program(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_without_graphviz_a_graph_is_told_in_words(graph, no_program):
    (shown,) = graph._repr_mimebundle_(include=None, exclude=None).items()
    kind, text = shown
    assert kind == "text/markdown"
    assert "- **w** = 1.5; grad 8" in text
    assert f"```dot\n{graph.dot()}\n```" in text


def test_with_graphviz_a_graph_is_drawn(graph, no_program):
    program = no_program / "dot"
    program.write_text(
        f"#!{sys.executable}\nimport sys, html\n"
        "assert '-Tsvg' in sys.argv\n"
        "print('<?xml version=\"1.0\"?>\\n<svg>' + html.escape(sys.stdin.read()) + '</svg>')\n"
    )
    program.chmod(0o755)
    ((kind, text),) = graph._repr_mimebundle_().items()
    assert kind == "text/html"
    assert text.startswith("<svg>digraph {")
    failed = playground.trace("w*w", w=[1.0, 2.0])._repr_mimebundle_()["text/html"]
    assert failed.startswith("<p>RuntimeError: grad can be implicitly created")
    assert "A gradient belongs to one number" in failed


def test_a_stage_without_a_graph_says_why():
    graph = playground.trace(stage="numpy")
    assert repr(graph).startswith("Graph(0 nodes: AttributeError")
    assert "NumPy computes numbers and forgets how" in graph._repr_mimebundle_()["text/markdown"]


# --- Jupyter


CELLS = {
    "run": 'import playground\nhistory = playground.run("autograd", epochs=40)\nhistory',
    "replay": "history.figure()",
    "table": "history.to_frame().head(3)",
    "race": 'race = playground.race("ravine", ["SGD", "Adam"], steps=20)\nrace',
    "paths": "race.figure()",
    "sweep": 'sweep = playground.sweep("one_weight", epochs=20)\nsweep',
    "rates": "sweep.figure()",
    "graph": 'playground.trace("(w*x - y)**2", w=1.5, x=2.0, y=1.0)',
    "stage": 'playground.trace(stage="autograd", points=20)',
    "mistake": 'try:\n    playground.race("bowl")\nexcept ValueError as error:\n    print(error)',
}


@pytest.mark.slow
def test_jupyter_shows_all_of_them(no_program, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PLOTLY_RENDERER", raising=False)
    file = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS.values()])
    where = {"metadata": {"path": str(no_program)}}
    nbclient.NotebookClient(file, timeout=120, resources=where).execute()
    shown = {
        name: [o.get("data") or {"text/plain": o["text"]} for o in cell.outputs]
        for name, cell in zip(CELLS, file.cells, strict=True)
    }
    assert all(len(outputs) == 1 for outputs in shown.values())
    shown = {name: outputs[0] for name, outputs in shown.items()}
    for name in ("replay", "paths", "rates"):
        assert shown[name]["application/vnd.plotly.v1+json"]["data"]
    run = playground.run("autograd", epochs=40)
    assert shown["run"]["text/plain"] == repr(run)
    assert f"<td>{run.loss[-1]:.4g}</td>" in shown["run"]["text/html"]
    assert f"{run.loss[0]:.6f}" in shown["table"]["text/html"]
    assert "<th>epochs to target</th>" in shown["race"]["text/html"]
    assert "border 0.1333" in shown["sweep"]["text/plain"]
    assert "<td>crawling</td>" in shown["sweep"]["text/html"]
    assert "- **w** = 1.5; grad 8" in shown["graph"]["text/markdown"]
    assert "a.grad" in shown["stage"]["text/plain"]
    assert "problem is 'bowl', but it must be one of" in shown["mistake"]["text/plain"]
