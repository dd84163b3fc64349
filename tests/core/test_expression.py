import time

import pytest

from playground.core import expression
from playground.core.expression import ExpressionError
from playground.core.i18n import translator

HOSTILE = [
    "w.data", "w.__class__", "__import__('os')", "().__class__.__bases__", "w[0]", "lambda: w",
    "exec(w)", "open(w)", "9**9**9*w", "w**w", "w**99", "w**-11", "9" * 40 + "*w", "w if w else w",
    "'w'", '"w"', "w;w", "w:=1", "w\nw", "f(w)", "sin", "sin*w", "_w", "w_", "w__x", "1", "2+3",
    "", "   ", "w+", "(w", "w)", "()", "w w", "2w", "w//2", "w%2", "w@x", "w==x", "{w}", "$w",
    "w#x", "1e999*w", "0x10*w", "1_0*w", "ｗ*2", "w*２", "ѡ+1", "w\u200b", "w\x00", "w−1",
    "a+b+c+d+f+g",
    "(" * 5_000 + "w" + ")" * 5_000, "-" * 10_000 + "w", "w" * 10_000, "w+" * 5_000 + "w",
    "((((((((((w))))))))))", "sin(w", "sin()", "sin(w,w)", "log10(w)", "print(w)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_what_is_not_arithmetic_is_refused_at_once_with_a_sentence(text):
    began = time.perf_counter()
    with pytest.raises(ExpressionError) as raised:
        expression.parse(text)
    assert time.perf_counter() - began < 1
    said = str(raised.value)
    assert said.endswith(".")
    assert len(said) < 200
    chinese = translator("zh")(raised.value.text).format(**raised.value.fields)
    assert chinese.endswith("。")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("w", ("w",)),
        ("(w*x - y)**2", ("w", "x", "y")),
        ("2*exp(-w) / (1 + b1)", ("w", "b1")),
        ("mean(relu(t) ** 2) - sum(t)", ("t",)),
        ("x**-2 + .5 if 0 else x"[:5], ("x",)),
        ("  -x - -x ", ("x",)),
    ],
)
def test_arithmetic_is_understood(text, names):
    assert expression.parse(text).names == names


def test_the_place_of_a_mistake_is_named():
    with pytest.raises(ExpressionError, match="character 5"):
        expression.parse("w * $x")


def test_an_exponent_has_bounds():
    assert expression.parse("w**10")
    with pytest.raises(ExpressionError, match=r"exponent -11 is too large: at most 10\."):
        expression.parse("w**-11")
