import re

import pytest

from playground.core import plotting
from playground.core.autograd import stages
from playground.core.graphs import drawing
from playground.core.graphs.graph import Value
from playground.core.i18n import LANGUAGES, translator
from playground.core.settings import Settings
from playground.features.graph import work
from playground.features.graph.knobs import EXAMPLES, Input


def graphs():
    for slug, example in EXAMPLES.items():
        v = (1.0, 2.0, 3.0) if slug == "vector" else None
        yield next(work.example(slug, example.inputs, v))
    for stage in ("tensor", "autograd", "nn", "dynamic"):
        yield next(stages.stage(Settings.of(stage, epochs=5), 3))


GRAPHS = list(graphs())


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_box_and_label_keeps_its_size_from_step_to_step(graph):
    sizes = set()
    for step in range(graph.last_step + 1):
        dot = drawing.dot(graph, step, str)
        boxes = tuple(re.findall(r"height=0.75 .*? width=([\d.]+)\]", dot))
        labels = tuple(re.findall(r'FIXEDSIZE="TRUE" WIDTH="(\d+)" HEIGHT="(\d+)"', dot))
        assert len(boxes) == len(graph.nodes)
        sizes.add((boxes, labels))
        tracked = sum(edge.tracked for edge in graph.edges)
        assert len(labels) == tracked
    assert len(sizes) == 1


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_words(graph, language):
    _ = translator(language)
    for step in range(graph.last_step + 1):
        assert all(drawing.rule(graph, step, _))
        words = drawing.words(graph, step, _)
        assert words.count("\n") == len(graph.nodes) - 1


def test_a_gradient_not_yet_there_none_and_zero_look_different():
    graph = next(work.own("w*0 + x", inputs("w", "x")))
    said = {n.name: drawing.gradient(graph, n, 0, str) for n in graph.nodes}
    assert said["w"] == "grad: not yet"
    said = {n.name: drawing.gradient(graph, n, graph.last_step, str) for n in graph.nodes}
    assert said["w"] == "grad 0"
    assert said["x"] == "grad 1"
    example = next(work.example("error", EXAMPLES["error"].inputs))
    x = next(n for n in example.nodes if n.name == "x")
    assert drawing.gradient(example, x, example.last_step, str) == "not tracked"


def inputs(*names):
    return tuple(Input(name, (2.0,), True) for name in names)


def test_the_chain_rule_stands_on_the_arrow_with_its_numbers():
    graph = next(work.example("error", EXAMPLES["error"].inputs))
    step = len(graph.forward) + graph.backward.index(graph.result) + 1
    assert drawing.rule(graph, step, str)[-1] == "To SubBackward0: upstream 1 × local 5 = 5."
    dot = drawing.dot(graph, step, str)
    assert all(f"&#160;{text}<" in dot for text in ("1", "× 5", "= 5"))


def test_a_tensor_used_twice_says_that_its_gradient_is_a_sum():
    graph = next(work.example("mean", EXAMPLES["mean"].inputs))
    y = next(n for n in graph.nodes if n.name == "y")
    step = len(graph.forward) + graph.backward.index(y.id) + 1
    said = drawing.rule(graph, step, str)[0]
    assert said.startswith("y was used 2 times")
    assert said.endswith("[3, 4] + [3, 4] = [6, 8].")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c - w", ["sub of c, w gives 1"]),
        ("w - c", ["sub of w, c gives -1"]),
        ("1 - w", ["sub of 1, w gives -1"]),
        ("c / w", ["div of c, w gives 1.5"]),
        ("2 / w", ["ReciprocalBackward of w gives 0.5", "div of 2, w gives 1"]),
        ("w ** 3 * 2", ["pow of w, 3 gives 8", "mul of PowBackward0, 2 gives 16"]),
        ("c**2 - w", ["pow of c, 2 gives 9", "sub of pow, w gives 7"]),
        ("c * w * w", ["mul of c, w gives 6", "mul of MulBackward0, w gives 12"]),
    ],
)
def test_the_operands_stand_as_in_the_formula(text, said):
    given = (Input("w", (2.0,), True), Input("c", (3.0,), False))
    graph = next(work.own(text, tuple(one for one in given if one.name in text)))
    steps = range(1, len(graph.forward) + 1)
    assert [drawing.rule(graph, k, str) for k in steps] == [[f"Forward: {s}."] for s in said]
    listed = drawing.words(graph, graph.last_step, str).splitlines()
    for sentence in said:
        inputs = sentence.split(" of ")[1].split(" gives ")[0]
        assert any(f"** ← {inputs} = " in line for line in listed)


def test_a_layer_is_told_by_what_it_was_given():
    graph = next(stages.stage(Settings.of("nn", epochs=5), 3))
    said = [drawing.rule(graph, k, str)[0] for k in range(1, len(graph.forward) + 1)]
    assert any(line.startswith("Forward: linear of xx, 0.weight, 0.bias gives ") for line in said)


def test_the_ways_of_a_shared_weight_stand_out():
    chosen = Settings.of("dynamic", epochs=60)
    flip = next(f for f in stages.flips(chosen, 0, 20) if len(f.graph.nodes) > 15)
    dot = drawing.dot(flip.graph, flip.graph.last_step, str, paths_of="e")
    plain = drawing.dot(flip.graph, flip.graph.last_step, str)
    assert plotting.ORANGE in dot
    assert plotting.ORANGE not in plain


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value(shape=(), numbers=(-1.0,)), "-1"),
        (Value(shape=(3,), numbers=(1.0, 0.25, 1e-7)), "[1, 0.25, 1e-07]"),
        (Value(shape=(1, 2), numbers=(1.0, 2.0)), "[[1, 2]]"),
        (Value(shape=(20, 100), low=-1.0, high=2.5), "(20×100) -1 … 2.5"),
    ],
)
def test_a_tensor_in_words(value, text):
    assert str(value) == text
