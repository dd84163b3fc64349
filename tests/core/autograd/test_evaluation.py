"""An expression is worth what plain torch says, one point at a time and many at once."""

import math
import operator

import pytest
import torch

from playground.core import expression
from playground.core.autograd.evaluation import Evaluation

EXPRESSIONS = {
    "x*y - x/3": lambda x, y: x * y - x / 3,
    "-(x + 2)**2 + 4*y**-1": lambda x, y: -((x + 2) ** 2) + 4 * y**-1,
    "sin(x)*relu(y) + sigmoid(2*x)": lambda x, y: x.sin() * y.relu() + (2 * x).sigmoid(),
    "abs(x) + log(y) - tanh(sqrt(y))": lambda x, y: x.abs() + y.log() - y.sqrt().tanh(),
    "x**y + 2**x - x**-1 + x**0.5": lambda x, y: x**y + 2**x - x**-1 + x**0.5,
    "x.relu() + torch.sin(x) + x.pow(2) - y.square()": (
        lambda x, y: x.relu() + torch.sin(x) + x.pow(2) - y.square()
    ),
    "where(x > y, x, -y) + where(x <= 1, 1, y)": (
        lambda x, y: torch.where(x > y, x, -y) + torch.where(x <= 1, torch.ones_like(y), y)
    ),
    "max(x, y) - min(x, 1) + maximum(x, 2)": (
        lambda x, y: torch.maximum(x, y) - x.clamp(max=1) + x.clamp(min=2)
    ),
    "clamp(x, 0, 1) + x.clamp(min=y) + clamp(y, max=2)": (
        lambda x, y: x.clamp(0, 1) + torch.maximum(x, y) + y.clamp(max=2)
    ),
    "clamp(0.5, x, 1) + clamp(2, max=y)": (
        lambda x, y: torch.full_like(x, 0.5).clamp(min=x).clamp(max=1) + y.clamp(max=2)
    ),
    "softplus(x) + F.relu(-y) + x² - +y": (
        lambda x, y: torch.nn.functional.softplus(x) + (-y).relu() + x**2 - y
    ),
    "pi*x + e**y + 1e-8 + .5 - 2.": (lambda x, y: math.pi * x + math.e**y + 1e-8 + 0.5 - 2.0),
    "a = x - y\na += a*x\na *= 2; b = a**2\nsqrt(b + 1e-8)": (
        lambda x, y: ((2 * ((x - y) + (x - y) * x)) ** 2 + 1e-8).sqrt()
    ),
    "x = x + 1; z = -4\nx*z + y": lambda x, y: (x + 1) * -4 + y,
    "9**9**9 + x": lambda x, y: x + float("inf"),
    "(-8)**(1/3) + x": lambda x, y: x + float("nan"),
    "sqrt(2)*x + log(0)": lambda x, y: x - float("inf"),
    "x + 1/0": lambda x, y: x + float("inf"),
    "y - 0/0": lambda x, y: y - float("nan"),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("text", "plain"), EXPRESSIONS.items(), ids=EXPRESSIONS)
def test_under_vmap_each_point_has_the_value_of_plain_torch(text, plain, dtype):
    evaluation = Evaluation(expression.parse(text))
    points = torch.rand(40, 2, dtype=dtype) * 3
    at_once = torch.vmap(lambda p: evaluation({"x": p[0], "y": p[1]}))(points)
    expected = torch.stack([plain(x, y) for x, y in points])
    torch.testing.assert_close(at_once, expected, equal_nan=True)
    alone = torch.stack([evaluation({"x": x, "y": y}) for x, y in points])
    torch.testing.assert_close(alone, expected, equal_nan=True)


def test_it_knows_the_part_that_is_being_computed(monkeypatch):
    parts = []
    evaluation = Evaluation(expression.parse("(w*x - 1)**2"))
    assert evaluation.where() == (1, "(w*x - 1)**2")

    def noted(apply):
        def call(*values):
            parts.append(evaluation.where()[1])
            return apply(*values)

        return call

    for name in ("mul", "sub", "pow"):
        monkeypatch.setattr(operator, name, noted(getattr(operator, name)))
    evaluation = Evaluation(expression.parse("(w*x - 1)**2"))
    assert evaluation({"w": torch.tensor(2.0), "x": torch.tensor(3.0)}).item() == 25
    assert parts == ["w*x", "w*x - 1", "(w*x - 1)**2"]


def test_it_knows_the_line_and_where_in_it_a_part_begins(monkeypatch):
    places = []

    def product(left, right):
        places.append((*evaluation.where(), evaluation.column()))
        return left + right

    monkeypatch.setattr(operator, "mul", product)
    evaluation = Evaluation(expression.parse("a = w*x\nb = 2; x*x + (x * x) + a"))
    evaluation({"w": torch.tensor(2.0), "x": torch.tensor(3.0)})
    assert places == [(1, "w*x", 4), (2, "x*x", 7), (2, "x * x", 14)]


MATRICES = {
    "a @ v": lambda a, b, v: a @ v,
    "v @ v": lambda a, b, v: v @ v,
    "(a @ b).T - b.t()": lambda a, b, v: (a @ b).T - b.T,
    "matmul(a, b).sum(0)": lambda a, b, v: (a @ b).sum(0),
    "a.mean(dim=1) * v": lambda a, b, v: a.mean(1) * v,
    "sum(a, -1) + max(b) - min(v)": lambda a, b, v: a.sum(-1) + b.max() - v.min(),
    "softmax(v, 0) + v.norm() + dot(v, v)": lambda a, b, v: v.softmax(0) + v.norm() + v.dot(v),
    "F.mse_loss(a, b) + v": lambda a, b, v: ((a - b) ** 2).mean() + v,
    "prod(v) + a**2": lambda a, b, v: v.prod() + a**2,
    "x = [1, 2]; m = [[1, 2], [3, 4]]; m @ x + v": (
        lambda a, b, v: torch.tensor([5.0, 11.0], dtype=a.dtype) + v
    ),
}


@pytest.mark.parametrize(("text", "plain"), MATRICES.items(), ids=MATRICES)
def test_vectors_and_matrices_are_worth_what_torch_says(text, plain):
    made = torch.Generator().manual_seed(0)
    a, b = (torch.randn(2, 2, dtype=torch.float64, generator=made) for _ in range(2))
    v = torch.randn(2, dtype=torch.float64, generator=made)
    parsed = expression.parse(text)
    known = {"a": a, "b": b, "v": v}
    found = Evaluation(parsed)({name: known[name] for name in parsed.names})
    torch.testing.assert_close(found, plain(a, b, v), rtol=1e-12, atol=0)


def test_shapes_that_do_not_fit_raise_torchs_own_error():
    evaluation = Evaluation(expression.parse("a @ b"))
    with pytest.raises(RuntimeError, match="size mismatch") as expected:
        torch.ones(2, 3) @ torch.ones(2)
    with pytest.raises(RuntimeError) as raised:
        evaluation({"a": torch.ones(2, 3), "b": torch.ones(2)})
    assert str(raised.value) == str(expected.value)


def gradients(text):
    """Return the value of an expression that gives all its numbers, and its leaves' gradients."""
    parsed = expression.parse(text)
    leaves = {
        one.name: torch.tensor(one.numbers[0], dtype=torch.float64, requires_grad=True)
        for one in parsed.given
    }
    result = Evaluation(parsed)(leaves)
    result.backward()
    return result.item(), {name: leaf.grad.item() for name, leaf in leaves.items()}


def test_micrograds_sanity_check():
    """The numbers are those of karpathy/micrograd's test, by torch."""
    found = gradients(
        "x = Value(-4.0)\n"
        "z = 2 * x + 2 + x\n"
        "q = z.relu() + z * x\n"
        "h = (z * z).relu()\n"
        "y = h + q + q * x\n"
        "y.backward()"
    )
    assert found == (-20.0, {"x": 46.0})


def test_micrograds_more_ops():
    found, gradient = gradients(
        "a = Value(-4.0)\n"
        "b = Value(2.0)\n"
        "c = a + b\n"
        "d = a * b + b**3\n"
        "c += c + 1\n"
        "c += 1 + c + (-a)\n"
        "d += d * 2 + (b + a).relu()\n"
        "d += 3 * d + (b - a).relu()\n"
        "e = c - d\n"
        "f = e**2\n"
        "g = f / 2.0\n"
        "g += 10.0 / f\n"
        "g.backward()"
    )
    assert found == pytest.approx(24.70408163265306, rel=1e-12)
    assert gradient["a"] == pytest.approx(138.83381924198252, rel=1e-12)
    assert gradient["b"] == pytest.approx(645.5772594752186, rel=1e-12)


MINITORCH = {
    "x * 5 + 10": lambda x: x * 5 + 10,
    "x * x * x": lambda x: x**3,
    "1.0 / (x + 3.5)": lambda x: 1 / (x + 3.5),
    "x.sigmoid()": lambda x: 1 / (1 + math.exp(-x)),
    "(x + 100000).log() + (x - 200).exp()": lambda x: math.log(x + 100000) + math.exp(x - 200),
    "((((((x * 10 + 7).relu() * 6 + 5).relu() * 10).sigmoid() + 0.1).log()) / 50).relu()": (
        lambda x: max(
            math.log(1 / (1 + math.exp(-max(max(x * 10 + 7, 0) * 6 + 5, 0) * 10)) + 0.1) / 50, 0
        )
    ),
}


@pytest.mark.parametrize(("text", "plain"), MINITORCH.items(), ids=MINITORCH)
def test_minitorchs_scalar_functions_can_be_typed_as_they_stand(text, plain):
    evaluation = Evaluation(expression.parse(text))
    for x in (0.3, 1.7):
        found = evaluation({"x": torch.tensor(x, dtype=torch.float64)})
        assert found.item() == pytest.approx(plain(x), rel=1e-9)
