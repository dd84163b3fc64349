"""Drawn expressions are worth what their trees are in torch, and any other text is refused."""

import random
import re
import sys
import time
from collections import Counter

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.core import expression
from playground.core.autograd.evaluation import Evaluation
from playground.core.expression import ExpressionError
from tests.samples import length

NAMES = ("w", "x", "y_2")
UNARY = {
    "sin({})": torch.sin, "torch.tanh({})": torch.tanh, "({}).sigmoid()": torch.sigmoid,
    "exp({})": torch.exp, "relu({})": torch.relu, "-({})": torch.neg, "+({})": lambda a: a,
    "({})²": lambda a: a**2, "({})**3": lambda a: a**3, "({}).square()": torch.square,
    "abs({})": torch.abs, "F.softplus({})": torch.nn.functional.softplus,
    "clamp({}, -1, 1)": lambda a: a.clamp(-1, 1), "({}).sum()": torch.sum,
}  # fmt: skip
BINARY = {
    "({}) + ({})": torch.add, "({}) − ({})": torch.sub, "({})×({})": torch.mul,
    "({}) / ({})": torch.div, "max({}, {})": torch.maximum, "minimum({}, {})": torch.minimum,
    "where(({}) > 0, {}, 1)": lambda a, b: torch.where(a > 0, b, torch.ones_like(b)),
    "2**({}) - ({})": lambda a, b: 2**a - b,
}  # fmt: skip


LEAVES = st.one_of(
    st.sampled_from(NAMES).map(lambda name: (name, lambda known: known[name])),
    st.sampled_from(["2", "0.5", "1e-3", ".25"]).map(
        lambda text: (text, lambda known: torch.tensor(float(text), dtype=torch.float64))
    ),
)


def unary(drawn):
    (text, apply), (inner, f) = drawn
    return text.format(inner), lambda known: apply(f(known))


def binary(drawn):
    (text, apply), (left, f), (right, g) = drawn
    return text.format(left, right), lambda known: apply(f(known), g(known))


TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(list(UNARY.items())), inner).map(unary),
        st.tuples(st.sampled_from(list(BINARY.items())), inner, inner).map(binary),
    ),
    max_leaves=7,
)


def deepest(text):
    depth = most = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        most = max(most, depth)
    return most


@settings(max_examples=150, deadline=None)
@given(TREES, st.integers(0, 99))
def test_any_expression_has_the_value_and_the_gradients_of_its_tree(tree, seed):
    text, plain = tree
    assume(deepest(text) <= expression.DEEPEST and re.search(r"\b(w|x|y_2)\b", text))
    made = torch.Generator().manual_seed(seed)
    values = {name: torch.randn((), dtype=torch.float64, generator=made) for name in NAMES}
    ours, theirs = (
        {name: value.clone().requires_grad_() for name, value in values.items()} for _ in range(2)
    )
    parsed = expression.parse(text)
    found = Evaluation(parsed)({name: ours[name] for name in parsed.names})
    expected = plain(theirs)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12, equal_nan=True)
    assert found.requires_grad == expected.requires_grad
    if not found.requires_grad:
        return
    found.backward()
    expected.backward()
    for name in NAMES:
        one, other = ours[name].grad, theirs[name].grad
        assert (one is None) == (other is None)
        if one is not None:
            torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)


# --- anything else

PIECES = [
    *"xywe()+-*/@.,;=<>[]{}^|%!#$:&~_'\"\\`0123456789 \n\t²π√−×÷（），。率λ",
    "\u200b", "\x00", "\u202e", "**",
    "sin", "sin(", "max(", "where(", "clamp(", "x.", ".T", ".sum()", "torch.", "F.", "math.", "1e",
    "1e9", "0,5", "==", "<=", "+=", "__import__", "lambda", "if", "a = ", "Value(", "torch.tensor(",
    "[[1, 2], [3, 4]]", "dim=0", "requires_grad=True", "9**9**9", "backward()", "y_pred", "e",
]  # fmt: skip


GOOD = [
    "(w*x - y)**2 + 0.1*w**2", "y_pred = w*x + b\nloss = (y_pred - y)**2",
    "a @ x.T + sum(a, dim=0)",
    "where(x > 0, clamp(x, 0, 1), -x).relu()", "a = [1, 2]; torch.sin(a*x).mean()", "2**x + x²/pi",
]  # fmt: skip


def garbage(seed, count):
    """Yield texts of pieces, and good ones with some pieces too many or too few."""
    draw = random.Random(seed)
    for k in range(count):
        if k % 2:
            yield "".join(draw.choices(PIECES, k=draw.choice([3, 6, 12, 40, 300])))
            continue
        text = draw.choice(GOOD)
        for _ in range(draw.choice([1, 1, 2, 4])):
            start, left_out = draw.randrange(len(text) + 1), draw.choice([0, 1, 3])
            text = text[:start] + draw.choice([*PIECES, ""]) + text[start + left_out :]
        yield text


TORCHS_OWN = ("RuntimeError", "IndexError", "TypeError")  # of shapes that do not fit


def met(text):
    """Return what comes of a text: a value, a sentence, or the class of an error."""
    try:
        parsed = expression.parse(text)
        known = {name: torch.tensor(0.5 + k) for k, name in enumerate(parsed.names)}
        return "a value" if torch.is_tensor(Evaluation(parsed)(known)) else "no value"
    except ExpressionError as error:
        said = str(error)
        return "a sentence" if said.endswith(".") and said.isprintable() else said
    except Exception as error:
        return type(error).__name__


@pytest.fixture
def executed():
    """Return a list of what Python is asked to run or open meanwhile."""
    found, on = [], [True]

    def hook(event, args):
        if on[0] and event in ("compile", "exec", "open", "os.system", "subprocess.Popen"):
            found.append((event, args))

    expression.parse("x")  # the grammar is made at the first
    sys.addaudithook(hook)
    yield found
    on[0] = False


def test_any_text_has_a_value_or_is_refused_in_a_sentence_and_soon(pytestconfig, executed):
    count = length(pytestconfig, 1_500, 10_000)
    slowest, found = 0.0, Counter()
    for text in garbage(pytestconfig.getoption("seed"), count):
        began = time.process_time()
        found[met(text)] += 1
        slowest = max(slowest, time.process_time() - began)
    assert found.keys() <= {"a value", "a sentence", *TORCHS_OWN}
    assert min(found["a value"], found["a sentence"]) > count / 50
    assert slowest < 1
    assert executed == []
