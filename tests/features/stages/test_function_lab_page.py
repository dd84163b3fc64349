import re

import pytest

from playground.core import catalog, texts
from playground.core.i18n import LANGUAGES, translator
from playground.features.stages.function_lab import job, results
from playground.features.stages.function_lab.results import FUNCTIONS
from playground.ui import workers
from tests.apps import AppTest
from tests.features.stages.test_function_lab import CAUGHT


def page():
    from playground.features.stages.function_lab import view
    from playground.ui import language

    language.choose()
    view.show()


def visit(**query):
    """Open the lab from a link, as a visitor does."""
    at = AppTest.from_function(page, default_timeout=120)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", FUNCTIONS)
def test_a_link_to_a_version_shows_its_code_its_checks_and_its_text(slug, language):
    at = visit(function=slug, lang=language)
    _ = translator(language)
    code = [block.value for block in at.code]
    markdown = [block.value for block in at.markdown]
    assert code[0].startswith(results.method(slug, "forward"))
    assert results.method(slug, "setup_context") in code[0]
    assert code[1] == results.method(slug, "backward")
    assert catalog.source("autograd", f"function_{slug}") in code
    assert (results.changes(slug) in code) == (slug != "good")
    assert texts.page(f"function/{slug}", language).strip() in markdown
    assert _("Which check finds a fault?") in [title.value for title in at.subheader]
    assert len(at.get("plotly_chart")) == 1
    assert at.get("plotly_chart")[0].proto.alt


def cards(at):
    """Return what each check says, in their order."""
    return [block.value for block in at.markdown if re.search(r"^:material/", block.value, re.M)]


def told(failure):
    """Return torch's own text, as the page shows it."""
    return failure.text.rstrip() if failure else ""


@pytest.mark.parametrize("slug", FUNCTIONS)
def test_every_check_says_what_it_found(slug):
    at = visit(function=slug)
    check = workers.one(job.check(slug))
    near, far, summed, backward, loop, optim = cards(at)
    for cell, found in ((near, check.near), (far, check.far)):
        assert ("**Yes**" in cell) == bool(found.gradcheck)
        assert told(found.gradcheck).split("\n")[0].rstrip(",") in cell
    said = [told(found.gradcheck) for found in (check.near, check.far)]
    whole = [text for text in said if "\n" in text]
    assert [block.value for block in at.code if "numerical:" in block.value] == whole
    assert ("**Yes**" in summed) == check.summed_wrong
    assert ("**Yes**" in backward) == bool(check.loss_raised)
    assert told(check.loss_raised) in backward
    for cell, fit in ((loop, check.loop), (optim, check.optim)):
        assert str(fit.raised or "") in cell
        if not fit.raised and len(fit.losses) == results.EPOCHS:
            assert f"from {fit.losses[0]:.4g} to {fit.losses[-1]:.4g}" in cell
    if slug == "returns_none":
        assert "**Only beside a correct run**" in optim


def matrices(at):
    """Return the text of each table of derivatives."""
    return [" ".join(table.value.to_numpy().ravel()) for table in at.table]


def test_the_tables_are_the_jacobians_and_their_difference():
    near = workers.one(job.check("dropped_factor")).near
    expected = near.numeric, near.analytic, near.analytic - near.numeric
    for table, values in zip(visit(function="dropped_factor").table, expected, strict=True):
        entries = table.value.iloc[:, 1:].replace({r"[^−.\d]": "", "−": "-"}, regex=True)
        assert entries.astype(float).to_numpy() == pytest.approx(values, rel=1e-3, abs=results.ATOL)
        assert table.value["x"].tolist() == ["**−0.9**", "**−0.3**", "**0.4**", "**0.8**"]


def test_a_wrong_entry_has_a_sign_and_none_is_not_0():
    entry = r"≠\*\*"
    wrong = matrices(visit(function="outer_product"))
    assert [len(re.findall(entry, matrix)) for matrix in wrong] == [0, 12, 12]
    none = visit(function="returns_none")
    assert [matrix.count("`None`") for matrix in matrices(none)] == [0, 16, 0]
    assert "4 of 16" in "\n".join(caption.value for caption in none.caption)
    assert not any(re.search(entry, matrix) for matrix in matrices(visit()))


def test_torch_func_takes_the_newer_form_and_says_why_not_the_older():
    assert "setup_context staticmethod" in visit(function="good").error[0].value
    newer = visit(function="setup_context")
    assert not newer.error
    assert "4.575" in newer.success[0].value
    assert catalog.source("autograd", "function_torch_func") in [
        block.value for block in newer.code
    ]


def test_another_version_is_one_click():
    at = visit()
    at.get_by_key("function").set_value("wrong_shape").run()
    assert not at.exception
    assert at.code[1].value == results.method("wrong_shape", "backward")
    assert "invalid gradient at index 0" in at.error[0].value


def test_a_broken_link_falls_back_to_the_correct_version_and_says_so():
    at = visit(function="<script>")
    assert at.code[1].value == results.method("good", "backward")
    (warning,) = at.warning
    rule = f"one of {', '.join(FUNCTIONS)}"
    assert f"`function is '<script>', but it must be {rule}`" in warning.value


def test_all_of_it_in_one_table():
    at = visit()
    assert len(at.table) == 3
    at.session_state["function_table"] = True
    at.run()
    assert not at.exception
    table = at.table[-1].value
    words = {"": "No", False: "No", "higher": "Only beside a correct run"}
    for row, slug in zip(table.to_numpy().tolist(), FUNCTIONS, strict=True):
        assert row == [f"`{slug}`", *(words.get(found, "Yes") for found in CAUGHT[slug])]
