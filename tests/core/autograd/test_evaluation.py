"""An expression is worth what plain torch says, one point at a time and many at once."""

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
