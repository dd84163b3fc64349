import ast
import importlib
import inspect
import math
import pickle
import re
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch

from playground.core import catalog, training
from playground.core.i18n import LOCALES
from playground.core.settings import Settings
from playground.features.stages.function_lab import figures, results, work
from playground.features.stages.function_lab.results import EPOCHS, FAR, FUNCTIONS, NEAR, Fit
from playground.jobs.failure import Failure
from playground.lessons.polynomial import fit_custom_function
from tests.languages import COMPLETE

SABOTAGED = FUNCTIONS[2:]
# Which check finds a fault: gradcheck near and far, x.grad of the sum, loss.backward(), the loss in
# the stage's loop and with torch.optim.SGD.
CAUGHT = {
    "good": (False, False, False, False, "", ""),
    "setup_context": (False, False, False, False, "", ""),
    "dropped_factor": (True, True, True, False, "", ""),
    "ignores_upstream": (True, True, False, False, "diverged", "diverged"),
    "returns_none": (True, True, True, False, "raised", "higher"),
    "wrong_shape": (True, True, True, True, "raised", "raised"),
    "outer_product": (True, True, True, False, "diverged", "diverged"),
    "clamped_input": (False, True, False, False, "", ""),
}


@pytest.fixture(scope="module")
def found():
    return {slug: next(work.check(slug)) for slug in FUNCTIONS}


def lesson(slug):
    return importlib.import_module(f"playground.lessons.autograd.function_{slug}")


def legendre(x):
    """P3'(x), by algebra."""
    return 1.5 * (5 * np.array(x) ** 2 - 1)


def test_gradcheck_rejects_even_the_correct_version_in_float32():
    """As its text says."""
    apply = lesson("good").LegendrePolynomial3.apply
    double, single = (
        torch.tensor(NEAR, dtype=kind, requires_grad=True)
        for kind in (torch.float64, torch.float32)
    )
    assert torch.autograd.gradcheck(apply, (double,))
    with (
        pytest.warns(UserWarning, match="double precision"),
        pytest.raises(RuntimeError, match="Jacobian mismatch"),
    ):
        torch.autograd.gradcheck(apply, (single,))


@pytest.mark.slow
@pytest.mark.parametrize("slug", FUNCTIONS)
def test_each_check_finds_the_mistakes_it_can_and_no_other(found, slug):
    check, good = found[slug], found["good"]
    assert (
        bool(check.near.gradcheck),
        bool(check.far.gradcheck),
        check.summed_wrong,
        bool(check.loss_raised),
        check.loop.fault(good.loop),
        check.optim.fault(good.optim),
    ) == CAUGHT[slug]


@pytest.mark.parametrize("slug", FUNCTIONS)
@pytest.mark.parametrize("inputs", [NEAR, FAR])
def test_the_numeric_matrix_is_the_derivative_of_forward(found, slug, inputs):
    numeric = (found[slug].near if inputs is NEAR else found[slug].far).numeric
    np.testing.assert_allclose(numeric, np.diag(legendre(inputs)), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("inputs", [NEAR, FAR])
def test_the_analytic_matrix_is_what_each_backward_says(found, inputs):
    """By algebra: row j, column k is d(output k)/d(input j), as the mistake has it."""
    slope, x = legendre(inputs), np.array(inputs)
    expected = {
        "good": np.diag(slope),
        "setup_context": np.diag(slope),
        "dropped_factor": np.diag(slope / 1.5),
        "ignores_upstream": np.tile(slope[:, None], len(x)),
        "outer_product": np.tile(slope[:, None], len(x)),
        "returns_none": np.zeros((len(x), len(x))),
        "clamped_input": np.diag(legendre(np.clip(x, -1, 1))),
    }
    for slug, matrix in expected.items():
        jacobian = found[slug].near if inputs is NEAR else found[slug].far
        np.testing.assert_allclose(jacobian.analytic, matrix, rtol=1e-12, atol=1e-12)
        differs = ~np.isclose(matrix, np.diag(slope))
        assert jacobian.wrong.tolist() == differs.tolist()
        assert jacobian.none == (slug == "returns_none")
    assert found["wrong_shape"].near.analytic is None


@pytest.mark.parametrize("slug", [slug for slug in SABOTAGED if slug != "wrong_shape"])
def test_the_matrices_are_those_that_gradcheck_prints(found, slug):
    jacobian = found[slug].far
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d*", jacobian.gradcheck.text)]
    printed = np.array(numbers).reshape(2, len(FAR), len(FAR))
    np.testing.assert_allclose(jacobian.numeric, printed[0], atol=6e-5)
    np.testing.assert_allclose(jacobian.analytic, printed[1], atol=6e-5)


@pytest.mark.parametrize("slug", FUNCTIONS)
def test_the_errors_are_torchs_own(found, slug):
    check = found[slug]
    function = lesson(slug).LegendrePolynomial3

    def raised(call):
        try:
            call()
        except RuntimeError as error:
            return Failure(type(error).__name__, str(error))
        return None

    x = torch.tensor(NEAR, dtype=torch.float64, requires_grad=True)
    assert check.near.gradcheck == raised(lambda: torch.autograd.gradcheck(function.apply, (x,)))
    assert check.summed_raised == raised(lambda: function.apply(x).sum().backward())
    assert check.near.raised == check.summed_raised
    slope = torch.func.vmap(torch.func.grad(function.apply))
    assert check.func_raised == raised(lambda: slope(x.detach()))
    if slug == "wrong_shape":
        assert "invalid gradient at index 0" in check.loss_raised.text
        assert check.loop.raised == check.optim.raised == check.loss_raised
        assert check.loss_raised.kind == "RuntimeError"


def test_only_the_newer_form_works_with_torch_func(found):
    np.testing.assert_allclose(found["setup_context"].func, legendre(NEAR), rtol=1e-12)
    assert found["setup_context"].func_raised is None
    assert found["good"].func is None
    assert "must override the setup_context staticmethod" in found["good"].func_raised.text


def test_the_fit_is_the_stages(found):
    stage = training.run(Settings.of("custom_function", epochs=EPOCHS))
    for slug in ("good", "setup_context"):
        assert found[slug].loop.losses.tolist() == stage.loss.tolist()
    np.testing.assert_allclose(found["good"].optim.losses, stage.loss, rtol=1e-5)


def test_the_stage_keeps_its_own_function():
    own = fit_custom_function.LegendrePolynomial3
    work.fit(work.with_function(lesson("returns_none").LegendrePolynomial3), epochs=3)
    assert fit_custom_function.LegendrePolynomial3 is own
    assert fit_custom_function.train.__globals__["LegendrePolynomial3"] is own


def test_a_dropped_factor_shortens_two_gradients_and_ends_all_but_where_it_should(found):
    good, dropped = found["good"].loop.losses[-1], found["dropped_factor"].loop.losses[-1]
    assert good != dropped
    assert dropped == pytest.approx(good, rel=1e-3)
    grads = {}
    for slug in ("good", "dropped_factor"):
        loss, weights = next(work.start(work.with_function(lesson(slug).LegendrePolynomial3)))
        loss.backward()
        grads[slug] = [w.grad.item() for w in weights]
    a, b, c, d = zip(grads["good"], grads["dropped_factor"], strict=True)
    assert a[0] == a[1]
    assert b[0] == b[1]
    assert c[1] == pytest.approx(c[0] / 1.5, abs=1e-3)
    assert d[1] == pytest.approx(d[0] / 1.5)


def test_without_a_gradient_two_weights_stay_where_they_were(found):
    train = work.with_optimizer(lesson("returns_none").LegendrePolynomial3)
    *_, (_loss, (_a, b, c, d)) = work.start(train)
    assert c.grad is None
    assert d.grad is None
    assert (c.item(), d.item()) == (0.0, pytest.approx(0.3))
    assert b.item() != -1.0
    losses = found["returns_none"].optim.losses
    assert losses[-1] < losses[0]
    assert "TypeError" in found["returns_none"].loop.raised.kind


def test_too_many_axes_are_summed_away(found):
    """Every local derivative times the sum of all upstream gradients, here ones."""
    np.testing.assert_allclose(found["outer_product"].summed, len(NEAR) * legendre(NEAR))
    assert found["outer_product"].loss_raised is None


def test_ignoring_an_upstream_gradient_of_1_is_right(found):
    np.testing.assert_allclose(found["ignores_upstream"].summed, legendre(NEAR))


def test_within_its_limits_the_clamped_backward_is_right(found):
    assert max(map(abs, NEAR)) <= 1 < max(map(abs, FAR))
    assert found["clamped_input"].loop.losses.tolist() == found["good"].loop.losses.tolist()


def test_a_rising_loss_is_a_fault_too():
    good = Fit(losses=np.array([4.0, 1.0]), raised=None)
    assert Fit(losses=np.array([4.0, 5.0]), raised=None).fault(good) == "rising"
    assert Fit(losses=np.array([4.0, 1.04]), raised=None).fault(good) == ""
    assert Fit(losses=np.array([4.0, 1.06]), raised=None).fault(good) == "higher"


@pytest.mark.parametrize("slug", FUNCTIONS)
def test_the_code_shown_is_the_code_run(slug):
    module = lesson(slug)
    function = module.LegendrePolynomial3
    assert inspect.getsource(module).rstrip("\n") == catalog.source("autograd", f"function_{slug}")
    for name in ("forward", "setup_context", "backward"):
        if name in vars(function):
            code = textwrap.dedent(inspect.getsource(getattr(function, name))).rstrip("\n")
            assert results.method(slug, name) == code
            assert code.startswith("@staticmethod\ndef ")
        else:
            assert results.method(slug, name) == ""


@pytest.mark.parametrize("slug", SABOTAGED)
def test_a_mistake_is_one_line_and_the_comment_above_it(slug):
    diff = results.changes(slug).splitlines()[2:]
    came = [line[1:].strip() for line in diff if line.startswith("+")]
    went = [line[1:].strip() for line in diff if line.startswith("-")]
    assert len(came) == len(went) == 2
    assert came[0].startswith("# mistake: ")
    assert went[1].startswith("return ")


@pytest.mark.parametrize("slug", [*FUNCTIONS, "torch_func"])
def test_a_lesson_is_short_and_imports_only_torch(slug):
    source = catalog.source("autograd", f"function_{slug}")
    assert len(source.splitlines()) <= 60
    assert max(map(len, source.splitlines())) <= 68
    tree = ast.parse(source)
    assert [ast.unparse(n) for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)] == [
        "import torch"
    ]


@pytest.mark.parametrize("language", COMPLETE)
def test_every_version_has_its_text_in_every_language(language):
    folder = LOCALES / language / "function"
    assert {path.stem for path in folder.iterdir()} == set(FUNCTIONS)
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (language == "zh")
        assert not re.search(r"\d\.\d|\de[-+\d]", text)  # what is measured stands in the table


@pytest.mark.parametrize("slug", FUNCTIONS)
def test_the_curves_are_the_losses(found, slug):
    check, good = found[slug], found["good"]
    this, correct = figures.losses(check, good, str)["data"]
    drawn = check.optim if slug == "returns_none" else check.loop
    assert this["name"] == ("torch.optim.SGD" if slug == "returns_none" else "this version")
    for trace, fit in ((this, drawn), (correct, good.loop)):
        assert trace["x"][-1] == len(fit.losses) - 1
        for epoch, value in zip(trace["x"], trace["y"], strict=True):
            loss = fit.losses[epoch]
            assert value == pytest.approx(loss, rel=1e-4) if math.isfinite(loss) else value is None
    if drawn is check.loop and len(drawn.losses) < EPOCHS:
        assert "markers" in this["mode"]


@pytest.mark.slow
def test_the_web_process_needs_no_torch(found, tmp_path):
    kept = tmp_path / "check.pickle"
    kept.write_bytes(pickle.dumps(found["returns_none"]))
    code = (
        "import pathlib, pickle, sys; import playground.features.stages.function_lab.view; "
        f"check = pickle.loads(pathlib.Path({str(kept)!r}).read_bytes()); "
        "assert check.near.none; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
