from functools import cache

import pytest

from playground.core.graphs import meanings
from playground.core.i18n import LANGUAGES, translator
from playground.features.tracking import lessons, work
from playground.features.tracking.lessons import LESSONS
from tests.visits import shown, visit


@cache
def record(slug):
    (found,) = work.inspect(slug)
    return found


def tables(at):
    """Return the tables, their rows named without the marks of code."""
    found = [table.value for table in at.table]
    for table in found:
        table.index = table.iloc[:, 0].str.replace("`", "")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", LESSONS)
def test_a_link_to_a_lesson_shows_its_code_and_its_text(slug, language):
    at = visit("tracking", lesson=slug, lang=language)
    _ = translator(language)
    assert at.code[0].value == LESSONS[slug].source
    assert _(LESSONS[slug].title) in shown(at)
    assert at.code[1].value == LESSONS[slug].line(record(slug).lines[0])
    drawings = 4 if LESSONS[slug].stopped else 0
    charts = at.get("graphviz_chart")
    assert len(charts) == drawings
    assert all(chart.proto.alt for chart in charts)


@pytest.mark.slow
@pytest.mark.parametrize("slug", LESSONS)
def test_every_line_shows_what_torch_said_and_what_it_means(slug):
    at = visit("tracking", lesson=slug)
    for step in record(slug).steps:
        at.select_slider(key="line").set_value(step.line).run()
        assert not at.exception
        assert at.code[1].value == LESSONS[slug].line(step.line)
        boxes = [box.value for box in [*at.warning, *at.error]]
        said = [*step.warnings, *([step.error] if step.error else [])]
        assert len(boxes) == len(said)
        for box, one in zip(boxes, said, strict=True):
            assert one.text in box
            assert meanings.meaning(one.text) in box
        if step.tensors:
            assert [name.split()[0] for name in tables(at)[0].columns[1:]] == [
                tensor.name for tensor in step.tensors
            ]


def test_a_link_to_a_line_marks_what_changed_there():
    lesson = LESSONS["detach"]
    line = 1 + next(k for k, s in enumerate(lesson.source.splitlines()) if "y changes too" in s)
    at = visit("tracking", lesson="detach", line=line)
    assert at.code[1].value == lesson.line(line)
    table = tables(at)[0]
    assert table["y"]["value"] == table["d"]["value"] == "**◆** [3, 6] → **[0, 0]**"
    assert table["y"]["_version"] == "**◆** 0 → **1**"
    assert table["w"]["value"] == "[1, 2]"
    assert table["d"]["one memory with"] == "y"
    assert "◆ `y`: `_version` was `0`, is `1`" in shown(at)


def test_the_buttons_go_line_by_line():
    at = visit("tracking", lesson="ask")
    lines = record("ask").lines
    back, on = (next(b for b in at.button if b.label == n) for n in ("Previous line", "Next line"))
    assert back.disabled
    for line in lines[1:3]:
        next(b for b in at.button if b.label == "Next line").click().run()
        assert at.select_slider(key="line").value == line
    next(b for b in at.button if b.label == "Previous line").click().run()
    assert at.select_slider(key="line").value == lines[1]
    at.select_slider(key="line").set_value(lines[-1]).run()
    assert next(b for b in at.button if b.label == "Next line").disabled
    assert not on.disabled


def test_another_lesson_begins_at_its_first_line():
    at = visit("tracking", lesson="detach", line=13)
    at.get_by_key("lesson").set_value("leaf").run()
    assert not at.exception
    assert not at.warning  # though the link's line is none of this lesson
    assert at.select_slider(key="line").value == record("leaf").lines[0]


@pytest.mark.parametrize(
    ("name", "value"), [("lesson", "nothing"), ("line", "1"), ("line", "x"), ("line", "9999")]
)
def test_a_broken_value_in_a_link_falls_back_and_says_so(name, value):
    at = visit("tracking", **{name: value})
    (warning,) = at.warning
    slugs = LESSONS if name == "lesson" else map(str, record("ask").lines)
    assert f"{name} is '{value}', but it must be one of {', '.join(slugs)}" in warning.value
    assert at.code[0].value == LESSONS["ask"].source
    assert at.select_slider(key="line").value == record("ask").lines[0]


def test_the_comparison_holds_the_four_runs():
    at = visit("tracking", lesson="freeze")
    table = tables(at)[-1]
    assert list(table.columns)[1:] == ["freeze", "detach", "no_grad", "inference_mode"]
    assert table.loc["w.grad in the end"].tolist()[1:] == ["None"] * 3 + ["no loss"]
    assert table.loc["b.grad in the end"].tolist()[1:] == ["[3, 8]"] * 3 + ["no loss"]
    assert table.loc["one memory with"].tolist()[1:] == ["–", "y", "–", "–"]
    for lesson in lessons.STOPS:
        for step in record(lesson.slug).steps:
            if step.error:
                assert step.error.text in shown(at)
