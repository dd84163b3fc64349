"""The graph on the page is the one that autograd built, and the order is its engine's."""

import importlib
import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.core import expression, training
from playground.core.autograd import stages, tracing
from playground.core.autograd.watching import Watch
from playground.core.graphs import drawing
from playground.core.graphs.graph import INPUT, LEAF
from playground.core.settings import Settings
from playground.features.graph import work
from playground.features.graph.knobs import EXAMPLES, Input
from playground.features.graph.view import inputs
from playground.jobs.failure import Failure

TRACKED = ["autograd", "custom_function", "nn", "optim", "module", "dynamic"]


def trace(slug, inputs=None, v=None):
    return next(work.example(slug, inputs or EXAMPLES[slug].inputs, v))


def leaf(graph, name):
    return next(node for node in graph.nodes if node.name == name)


def numbers(value):
    return np.array(value.numbers).reshape(value.shape)


def test_the_squared_error_of_a_line():
    graph = trace("error")
    assert leaf(graph, "loss").value.numbers == (6.25,)
    assert leaf(graph, "w").gradient.numbers == (10.0,)
    assert [graph[key].grad_fn for key in graph.backward] == [
        "PowBackward0", "SubBackward0", "MulBackward0", "AccumulateGrad",
    ]  # fmt: skip
    assert leaf(graph, "x").kind == INPUT
    assert leaf(graph, "x").gradient is None


def local_derivatives(graph):
    """Return the local derivatives of the products and powers of a graph."""
    edges = [edge for edge in graph.edges if graph[edge.target].label in ("mul", "pow")]
    return [edge.local.numbers[0] for edge in edges if edge.local]


def test_the_pages_starting_points_tell_the_local_derivatives_apart():
    tracked = tuple(Input(i.name, i.numbers, True) for i in EXAMPLES["error"].inputs)
    at_start = next(stages.stage(Settings.of("autograd", epochs=5), 0, inputs.START))
    for graph, count in ((trace("error", tracked), 3), (at_start, 4)):
        found = local_derivatives(graph)
        assert len(found) == count
        assert len({*found, 1.0, -1.0}) == count + 2


@pytest.mark.parametrize("slug", EXAMPLES)
def test_gradients_equal_central_differences(slug):
    inputs = EXAMPLES[slug].inputs
    v = (1.0, 1.0, 1.0) if slug == "vector" else None
    graph = trace(slug, v=v)
    forward = importlib.import_module(EXAMPLES[slug].module).forward
    values = {i.name: torch.tensor(i.numbers, dtype=torch.float64) for i in inputs}
    for i in inputs:
        if not i.tracked:
            continue
        found = numbers(leaf(graph, i.name).gradient).reshape(-1)
        for k in range(len(i.numbers)):
            step = torch.zeros(len(i.numbers), dtype=torch.float64)
            step[k] = 1e-6
            up = forward(**values | {i.name: values[i.name] + step}).sum()
            down = forward(**values | {i.name: values[i.name] - step}).sum()
            assert found[k] == pytest.approx(float(up - down) / 2e-6, rel=1e-5, abs=1e-6)


def heard_by_prehooks(result):
    """Return a list that will hold the names of autograd's nodes as the engine starts them."""
    heard, seen, waiting = [], set(), [result.grad_fn]

    def hear(name, _gradients):
        heard.append(name.split("::")[-1])

    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        node.register_prehook(partial(hear, node.name()))
        waiting += [source for source, _ in node.next_functions]
    return heard


def test_the_backward_order_is_the_engines():
    """The engine takes the ready node with the highest number, and threads count apart.

    So what another thread computed last goes back last: an order that no sorting of the graph, and
    no walk through it, would give. It is heard a second time, apart from the tracer.
    """
    with Watch() as watch:
        w = torch.tensor(0.5, requires_grad=True)
        for _ in range(20):
            early = w.exp()
        with ThreadPoolExecutor(1) as other:
            late = other.submit(lambda: w.sin().cos()).result()
        total = early * 2 + late
    heard = heard_by_prehooks(total)
    graph = tracing.graph(total, watch)
    ran = [graph[key].grad_fn for key in graph.backward]
    assert ran == heard
    assert ran == [
        "AddBackward0", "MulBackward0", "ExpBackward0", "CosBackward0", "SinBackward0",
        "AccumulateGrad",
    ]  # fmt: skip


def test_a_leaf_is_given_its_gradient_at_once():
    graph = trace("line")
    ran = [graph[key] for key in graph.backward]
    assert [n.name or n.grad_fn for n in ran] == ["z", "b", "MulBackward0", "w"]


def test_a_node_runs_only_after_all_that_use_it():
    graph = trace("mean")
    place = {key: k for k, key in enumerate(graph.backward)}
    for edge in graph.edges:
        if edge.tracked:
            assert place[edge.target] < place[edge.source]


@pytest.mark.parametrize("slug", EXAMPLES)
def test_products_on_the_arrows_add_up_to_the_gradient(slug):
    graph = trace(slug, v=(1.0, -2.0, 0.5) if slug == "vector" else None)
    for node in graph.nodes:
        products = [numbers(e.product) for e in drawing.tracked_uses(graph, node.id)]
        if products:
            np.testing.assert_allclose(sum(products), numbers(node.gradient), rtol=1e-6)


@pytest.mark.parametrize("slug", EXAMPLES)
def test_upstream_times_local_is_the_product(slug):
    graph = trace(slug, v=(1.0, -2.0, 0.5) if slug == "vector" else None)
    for edge in graph.edges:
        if edge.local is not None and edge.product is not None:
            product = numbers(graph[edge.target].gradient) * numbers(edge.local)
            expected = numbers(edge.product)
            if product.size > expected.size:
                product = product.sum()
            np.testing.assert_allclose(product, expected, rtol=1e-6)


def test_a_vector_needs_v_and_torch_says_so():
    graph = trace("vector")
    assert graph.backward == ()
    with pytest.raises(RuntimeError) as raised:
        (torch.ones(2, requires_grad=True) * 2).backward()
    assert graph.error == Failure("RuntimeError", str(raised.value))
    jacobian = dict(graph.jacobian)
    np.testing.assert_allclose(numbers(jacobian["w"]), [[1], [4], [9]])
    np.testing.assert_allclose(numbers(jacobian["x"]), np.diag([4, 8, 12]))


def test_numbers_alone_divide_as_tensors_do():
    graph = next(work.own("w + 1/0", (Input("w", (1.0,), True),)))
    assert graph[graph.result].value.numbers == (float("inf"),)


def test_v_picks_rows_of_the_jacobian():
    graph = trace("vector", v=(0.0, 1.0, 0.0))
    assert leaf(graph, "w").gradient.numbers == (4.0,)
    assert leaf(graph, "x").gradient.numbers == (0.0, 8.0, 0.0)


def test_a_second_backward_raises_where_something_was_saved():
    dropped, kept = trace("error").again
    assert "second time" in dropped.error.text
    assert set(dropped.freed) == {"PowBackward0", "MulBackward0"}
    assert kept.error is None
    assert dict(kept.gradients) == {"w": "20"}


def test_an_addition_saves_nothing_and_goes_twice():
    dropped, _kept = trace("total").again
    assert dropped.error is None
    assert dropped.freed == ()
    assert dict(dropped.gradients) == {"x": "[2, 2, 2]", "b": "6"}


def test_nothing_tracked_is_torchs_error():
    inputs = tuple(Input(i.name, i.numbers, False) for i in EXAMPLES["error"].inputs)
    graph = trace("error", inputs)
    assert "does not require grad" in graph.error.text
    assert graph.backward == ()
    assert [graph[key].label for key in graph.forward] == ["mul", "sub", "pow"]


@pytest.mark.parametrize("stage", TRACKED)
@pytest.mark.parametrize("epoch", [0, 7])
def test_the_graph_of_a_stage_has_the_runs_numbers(stage, epoch):
    chosen = Settings.of(stage, epochs=12)
    run = training.run(chosen)
    graph = next(stages.stage(chosen, epoch))
    assert graph.error is None
    assert graph[graph.result].value.numbers[0] == pytest.approx(run.loss[epoch], rel=1e-6)
    leaves = [node for node in graph.nodes if node.kind == LEAF]
    kept = run.weights[list(run.epochs).index(epoch)] if epoch in run.epochs else None
    shown = [number for node in leaves for number in node.value.numbers]
    assert kept is not None
    assert set(np.round(shown, 6)) <= set(np.round(kept, 6))


@pytest.mark.parametrize("stage", ["nn", "module"])
def test_the_gradient_of_a_stage_is_that_of_the_autograd_stage(stage):
    """One loss, written in other ways."""
    found = [next(stages.stage(Settings.of(s, epochs=5), 0, 1.0)) for s in (stage, "autograd")]
    flat = []
    for graph in found:
        gradients = {n.name.split(".")[-1]: n.gradient for n in graph.nodes if n.kind == LEAF}
        order = sorted(gradients, key=["bias", "weight", "a", "b", "c", "d"].index)
        flat.append([number for name in order for number in gradients[name].numbers])
    np.testing.assert_allclose(flat[0], flat[1], rtol=1e-5)


def test_what_numpy_and_bare_tensors_say_when_asked_to_go_back():
    numpy, tensor = (next(stages.stage(Settings.of(s), 0, 1.0)) for s in ("numpy", "tensor"))
    assert numpy.nodes == ()
    assert numpy.error.kind == "AttributeError"
    assert numpy.error.text.startswith("'numpy.float64' object has no attribute")
    assert "does not require grad" in tensor.error.text
    assert all(node.grad_fn == "" for node in tensor.nodes)


def test_the_flip_book_shows_the_terms_that_were_drawn():
    chosen = Settings.of("dynamic", epochs=60)
    flips = list(stages.flips(chosen, 3, 20))
    drawn = random.Random(chosen.seed)
    terms = [drawn.randint(4, 6) - 4 for _ in range(23)][3:]
    assert [flip.epoch for flip in flips] == list(range(3, 23))
    for flip, count in zip(flips, terms, strict=True):
        e = [node for node in flip.graph.nodes if node.name == "e"]
        uses = drawing.tracked_uses(flip.graph, e[0].id) if e else []
        assert len(uses) == count
        left = dict(flip.gradients)["e"]
        assert (left is None) == (count == 0)
        if e:
            total = sum(numbers(use.product) for use in uses)
            np.testing.assert_allclose(total, numbers(e[0].gradient), rtol=1e-5)
            np.testing.assert_allclose(numbers(left), numbers(e[0].gradient), rtol=1e-5)
    assert {0, 1, 2} == set(terms)


def test_what_only_the_backward_pass_raises_is_shown_with_the_graph():
    text = "sum(x**(x > 1))"
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="bool tensor") as expected:
        (x ** (x > 1)).sum().backward()
    graph = next(work.own(text, (Input("x", (2.0, 3.0), True),)))
    assert graph.error == Failure.of(expected.value)
    assert graph[graph.result].value.numbers == (5.0,)


NAMES = ("w", "x", "y")
EXPRESSIONS = st.recursive(
    st.sampled_from([*NAMES, "2", "0.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({''.join(t)})"),
        st.tuples(st.sampled_from(["sin", "tanh", "exp", "sigmoid"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        inner.map(lambda text: f"({text})**2"),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=5,
)


def of_any_number(name, value):
    return getattr(torch, name)(torch.as_tensor(value))


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_an_expression_has_the_values_and_gradients_of_plain_torch(text):
    try:
        parsed = expression.parse(text)
    except expression.ExpressionError:
        assume(False)  # no name, or too deep
    inputs = tuple(Input(name, (0.3 + k,), True) for k, name in enumerate(parsed.names))
    graph = next(work.own(text, inputs))
    tensors = {i.name: torch.tensor(i.numbers[0], requires_grad=True) for i in inputs}
    functions = {name: partial(of_any_number, name) for name in expression.FUNCTIONS}
    expected = eval(text, functions | tensors)
    expected.backward()
    assert graph[graph.result].value.numbers[0] == pytest.approx(expected.item(), nan_ok=True)
    for name, tensor in tensors.items():
        gradient = leaf(graph, name).gradient.numbers[0]
        assert gradient == pytest.approx(tensor.grad.item(), nan_ok=True)
