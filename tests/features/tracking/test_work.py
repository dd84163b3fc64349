import ast
import pickle
import re
import subprocess
import sys
import warnings
from functools import cache

import pytest
import torch

from playground.core import texts
from playground.core.graphs import meanings
from playground.core.i18n import LANGUAGES, LOCALES
from playground.features.tracking import results, work
from playground.features.tracking.lessons import LESSONS
from playground.features.tracking.results import Change
from tests.languages import COMPLETE


@cache
def record(slug):
    (found,) = work.inspect(slug)
    return found


def line_of(slug, function, statement):
    """Return the number of the line of `function` that begins with `statement`."""
    lines = LESSONS[slug].source.splitlines()
    start = lines.index(f"def {function}():")
    return next(k for k in range(start + 1, len(lines)) if lines[k].strip().startswith(statement))


def step(slug, function, statement):
    return record(slug).at(line_of(slug, function, statement) + 1)


def changed(slug, function, statement):
    return {(c.name, c.fact) for c in results.changes(*step(slug, function, statement))}


@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_is_short_and_imports_nothing_but_torch(slug):
    source = LESSONS[slug].source
    assert len(source.splitlines()) <= 60
    assert max(map(len, source.splitlines())) <= 68
    imports = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import torch"]


@pytest.mark.parametrize("slug", LESSONS)
def test_every_line_up_to_an_error_is_recorded_once_and_in_order(slug):
    for function in ast.parse(LESSONS[slug].source).body:
        if isinstance(function, ast.FunctionDef):
            body = [n.lineno for n in ast.walk(function) if isinstance(n, ast.stmt)]
            steps = record(slug).of(function.name)
            lines = [s.line for s in steps]
            expected = sorted(set(body) - {function.lineno})
            assert lines == expected[: len(lines)]
            assert lines == expected or steps[-1].error
            assert [s.error for s in steps[:-1]] == [None] * (len(steps) - 1)


@pytest.mark.parametrize("slug", LESSONS)
def test_errors_and_warnings_are_those_of_the_plain_run(slug, recwarn):
    module = __import__(f"{work.PACKAGE}.{slug}", fromlist=["x"])
    for name in dict.fromkeys(s.function for s in record(slug).steps):
        raised, warned = None, []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                getattr(module, name)()
            except RuntimeError as error:
                raised = ("RuntimeError", str(error))
            warned = [(w.category.__name__, str(w.message)) for w in caught]
        steps = record(slug).of(name)
        error = steps[-1].error
        assert (error and (error.kind, error.text)) == raised
        assert [(w.kind, w.text) for s in steps for w in s.warnings] == warned


def test_the_inspector_warns_nobody_and_leaves_torch_as_it_was():
    always, tracer = torch.is_warn_always_enabled(), sys.gettrace()
    (found,) = work.inspect("leaf")  # warnings are errors here
    assert (torch.is_warn_always_enabled(), sys.gettrace()) == (always, tracer)
    said = [(s.function, s.line) for s in found.steps if s.warnings]
    lines = [line_of("leaf", "run", "y_grad ="), line_of("leaf", "not_a_leaf", "return")]
    assert said == [("run", lines[0] + 1), ("not_a_leaf", lines[1] + 1)]


def test_a_second_look_gives_every_warning_again():
    assert next(work.inspect("leaf")) == next(work.inspect("leaf"))


@pytest.mark.parametrize("slug", LESSONS)
def test_every_warning_and_error_has_its_one_meaning(slug):
    for s in record(slug).steps:
        for said in [*s.warnings, *([s.error] if s.error else [])]:
            assert [part in said.text for part in meanings.MEANINGS].count(True) == 1
            assert meanings.meaning(said.text)


def test_every_meaning_is_of_something_torch_says():
    said = [x.text for slug in LESSONS for s in record(slug).steps for x in [*s.warnings, s.error]
            if x]  # fmt: skip
    for part in meanings.MEANINGS:
        assert any(part in text for text in said)


def test_a_state_is_torchs_own():
    w = torch.tensor([[1.0, 2.0]], dtype=torch.float64, requires_grad=True)
    y = (w * 3).exp()
    y.retain_grad()
    y.sum().backward()
    w.grad += 1
    view, integers = y.detach()[0], torch.arange(3)
    found = {
        f.name: f for f in work.states({"w": w, "y": y, "view": view, "k": integers, "g": w.grad})
    }
    for name, tensor in (("w", w), ("y", y), ("view", view), ("k", integers)):
        f = found[name]
        assert (f.is_leaf, f.requires_grad) == (tensor.is_leaf, tensor.requires_grad)
        assert (f.version, f.shape) == (tensor._version, tuple(tensor.shape))
        assert (f.dtype, f.device) == (str(tensor.dtype), "cpu")
        assert f.retains_grad == tensor.retains_grad
    assert found["y"].grad_fn == "ExpBackward0"
    assert found["y"].grad == "[[1, 1]]"
    assert found["w"].grad == work.text((3 * y + 1).tolist())
    assert found["k"].value == "[0, 1, 2]"
    assert found["y"].same_memory == ("view",)
    assert found["g"].same_memory == ("w.grad",)


def test_an_error_of_the_inspector_is_no_result():
    with pytest.raises(ModuleNotFoundError):
        next(work.inspect("nowhere"))


def test_the_web_process_reads_a_record_without_torch():
    script = "import pickle, sys; pickle.load(sys.stdin.buffer); assert 'torch' not in sys.modules"
    data = pickle.dumps(record("detach"))
    subprocess.run([sys.executable, "-c", script], input=data, check=True)


def test_changes_are_exact():
    before, after = step("detach", "in_place", "d.zero_()")
    assert results.changes(before, after) == [
        Change("y", "value", "[3, 6]", "[0, 0]"),
        Change("y", "version", 0, 1),
        Change("d", "value", "[3, 6]", "[0, 0]"),
        Change("d", "version", 0, 1),
    ]
    assert results.changes(after, after) == []
    start, first = step("detach", "copied", "w =")
    assert start.tensors == ()
    assert results.changes(start, first) == [Change("w")]


def test_two_ways_to_ask_do_the_same():
    run = record("ask").of("run")[-1]
    assert (run["w"].requires_grad, run["b"].requires_grad) == (True, True)
    assert changed("ask", "run", "b.requires_grad_") == {("b", "requires_grad")}
    assert (run["w"].grad, run["b"].grad, run["x"].grad) == (run["x"].value, "[1, 1]", None)
    assert "does not have a grad_fn" in step("ask", "too_late", "loss.backward")[1].error.text


def test_requires_grad_is_true_if_it_is_for_any_input():
    run = record("spreads").of("run")[-1]
    table = {name: run[name].requires_grad for name in "xbwyz"}
    assert table == {"x": False, "b": True, "w": True, "y": True, "z": True}
    assert run["y"].grad_fn == "MulBackward0"
    assert run["z"].grad_fn == "AddBackward0"
    stops = record("spreads").of("where_it_stops")[-1]
    assert [stops[n].requires_grad for n in ("n", "y", "above", "again")] == [0, 1, 0, 0]


def test_a_result_keeps_its_gradient_only_if_asked_to():
    """loss = (3 w)^2: dloss/dw = 18 w, dloss/dy = 2 y."""
    for function, kept in (("run", None), ("retain", "12")):
        after = step("leaf", function, "loss.backward")[1]
        assert after["w"].grad == "36"
        assert after["y"].grad == kept
    assert changed("leaf", "retain", "y.retain_grad") == {("y", "retains_grad")}
    last = record("leaf").of("not_a_leaf")[-1]
    assert (last["w"].is_leaf, last["w"].grad) == (False, None)


def test_an_optimizer_refuses_a_scaled_weight():
    """What the text of `leaf` says of the `w` of `not_a_leaf`."""
    w = torch.ones(2, requires_grad=True) * 0.1
    with pytest.raises(ValueError, match="non-leaf"):
        torch.optim.SGD([w], lr=0.1)


def test_data_hides_a_change_and_the_gradient_is_wrong():
    """loss = sum (3 w)^2, so dloss/dw = 18 w."""
    assert changed("detach", "unseen", "d.zero_") == {
        ("y", "value"), ("d", "value"), ("d", "version")
    }  # fmt: skip
    assert record("detach").of("unseen")[-1]["w"].grad == "[0, 0]"
    assert record("detach").of("copied")[-1]["w"].grad == "[18, 36]"


def test_an_update_within_no_grad_keeps_the_leaf():
    after = step("no_grad", "update", "w -=")[1]
    assert changed("no_grad", "update", "w -=") == {("w", "value"), ("w", "version")}
    assert (after["w"].is_leaf, after["w"].requires_grad) == (True, True)
    assert not after.recording


def test_an_inference_tensor_is_overwritten_before_the_error():
    before, after = step("inference_mode", "in_place", "y.zero_")
    assert after.error
    assert (before["y"].value, after["y"].value) == ("[3, 8]", "[0, 0]")
    assert after["y"].version is None


@pytest.mark.parametrize("slug", LESSONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lessons_text_names_what_is_in_its_code(slug, language):
    text = texts.page(f"tracking/{slug}", language)
    assert len(re.findall("^## ", text, re.MULTILINE)) == 2
    assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh")
    functions = set(re.findall(r"^def (\w+)", LESSONS[slug].source, re.MULTILINE))
    torchs = {"backward", "item", "no_grad", "retain_grad", "requires_grad_", "inference_mode"}
    assert set(re.findall(r"`(\w+)\(\)`", text)) <= functions | torchs
    assert not re.findall(r"\d+\.\d\d+|\d\d+", text)


def test_there_is_a_text_for_every_lesson_and_no_more():
    for language in COMPLETE:
        folder = LOCALES / language / "tracking"
        assert {path.stem for path in folder.glob("*.md")} == set(LESSONS)
