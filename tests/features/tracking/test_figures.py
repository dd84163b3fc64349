import pytest

from playground.features.tracking import figures
from playground.features.tracking.lessons import LESSONS, STOPS
from tests.features.tracking.test_work import record


@pytest.mark.parametrize("lesson", STOPS, ids=lambda lesson: lesson.slug)
def test_the_four_ways_work_on_the_same_expression(lesson):
    run = [lesson.line(s.line) for s in record(lesson.slug).of("run")]
    for statement in ("y = w * x", "loss = (", "w = torch.tensor([1.0, 2.0], requires_grad=True)"):
        assert any(line.startswith(statement) for line in run)
    way = figures.way(lesson, record(lesson.slug))
    assert not way.stopped.requires_grad
    assert way.stopped.grad_fn is None
    assert way.stopped.value == "[3, 8]"
    assert way.leaf.requires_grad == (lesson.slug != "freeze")
    assert way.stopped.same_memory == (("y",) if lesson.slug == "detach" else ())
    assert (way.loss is None) == (lesson.slug == "inference_mode")
    if way.loss:
        assert way.grads == {"w": None, "b": "[3, 8]"}  # dloss/db = w * x
    assert way.failed


def test_the_arrows_are_those_of_the_expression_and_cut_where_the_graph_ends():
    def seen(slug):
        return {
            (a.source, a.target): "cut" if a.cut else a.carries
            for a in figures.arrows(LESSONS[slug], record(slug))
        }

    assert seen("freeze") == {
        ("w", "y"): False, ("x", "y"): False, ("y", "loss"): False, ("b", "loss"): True,
    }  # fmt: skip
    assert seen("no_grad") == seen("freeze") | {("w", "y"): "cut"}
    assert seen("inference_mode") == seen("no_grad") | {("b", "loss"): False}
    assert seen("detach") == {
        ("w", "y"): True, ("x", "y"): False, ("y", "d"): "cut",
        ("d", "loss"): False, ("b", "loss"): True,
    }  # fmt: skip


def test_a_drawing_marks_what_is_cut_and_what_is_shared():
    drawn = {x.slug: figures.drawing(x, record(x.slug), str) for x in STOPS}
    for slug, dot in drawn.items():
        assert dot.count("✂") == 1
        assert ("one memory" in dot) == (slug == "detach")
        assert ("RuntimeError" in dot) == (slug == "inference_mode")
