"""What is wrong is named, and shown at its place; what is right is never blamed."""

import pytest

from playground.core import expression
from playground.core.expression import ExpressionError

# what is typed, a part of what is said, and the part of the text that the carets stand under
MISTAKES = [
    ("(x + y", "bracket is not closed", "("),
    ("sin(x", "bracket is not closed", "("),
    ("2*(x + sin(y)", "bracket is not closed", "("),
    ("(x +\ny\nz", "bracket is not closed", "("),
    ("x + ", "missing after +", "+"),
    ("x**", "missing after **", "**"),
    ("(x + )", "missing after +", "+"),
    ("y = ", "missing after =", "="),
    ("* x", "missing before *", "*"),
    ("1 +* 2", "missing between + and *", "+*"),
    ("x)", "closes nothing", ")"),
    (")", "closes nothing", ")"),
    ("(x]", "closes with ], but it was opened with (", "(x]"),
    ("x + ()", "Nothing stands between", "()"),
    ("x y", "missing between x and y: a product is x*y", "x y"),
    ("2x", "a product is 2*x", "2x"),
    ("3(x+1)", "a product is 3*(x+1)", "3("),
    ("(x + 1)(y - 2)", "a product is (x + 1)*(y - 2)", ")("),
    ("sin(x)cos(y)", "a product is sin(x)*cos(y)", ")cos"),
    ("1.5.2*x", "1.5.2 is no number", "1.5.2"),
    ("sin", "write sin(x)", "sin"),
    ("sin x", "write sin(x)", "sin"),
    ("2*sin + x", "write sin(x)", "sin"),
    ("x^2 + y^2", "A power is written **", "^"),
    ("|x|", "abs(x)", "|"),
    ("√x", "sqrt(x)", "√"),
    ("x//2", "a division is written /", "//"),
    ("{x}", "Only round brackets", "{"),
    ("x[0]", "One element", "["),
    ("0,5*x", "written with a point: 0.5", "0,5"),
    ("sin(0,5)", "write 0, 5 or 0.5", "0,5"),
    ("clamp(x, 0,5)", "write 0, 5 or 0.5", "0,5"),
    ("max(0,5*x)", "write 0, 5 or 0.5", "0,5"),
    ("where(x > 0, 0,5, 1)", "write 0, 5 or 0.5", "0,5"),
    ("max(x, min(0,5))", "write 0, 5 or 0.5", "0,5"),
    ("x.clamp(0,5)", "write 0, 5 or 0.5", "0,5"),
    ("(x, y)", "no function is open", ","),
    ("ln(x)", "the nearest is log(x)", "ln"),
    ("sen(x)", "the nearest is sin(x)", "sen"),
    ("sigmod(x)", "the nearest is sigmoid(x)", "sigmod"),
    ("ReLU(x)", "the nearest is relu(x)", "ReLU"),
    ("qqq(x)", "is no function here: there are sin", "qqq"),
    ("x*x(y + 1)", "a product is written x*(…)", "x"),
    ("pi(x)", "a product is written pi*(…)", "pi"),
    ("pow(x)", "is written pow(x, exponent)", "pow"),
    ("x.pow(2, 3)", "is written pow(x, exponent)", "pow"),
    ("clamp(x, low=0)", "no argument low: it is written clamp(x, min, max)", "low"),
    ("torch.max(x, 0)", "written maximum(x, 0)", "max"),
    ("math.sin(x)", "torch.sin(x)", "sin"),
    ("torch.softplus(x)", "F.softplus(x)", "softplus"),
    ("x.data", "No .data", "data"),
    ("x.sum", "x.sum()", "sum"),
    ("x > 0", "true or false", "x > 0"),
    ("where(0 < x < 1, x, y)", "One comparison at a time", "<"),
    ("x = y = 1", "gives a name", "="),
    ("x if x else y", "where(x > 0, a, b)", "if"),
    ("import torch", "import is a word of Python", "import"),
    ("log10(x)", "the nearest is log(x)", "log10"),
    ("loss.backward()\nx", "nothing uses this one", "loss.backward()"),
    ("x + 1\ny", "nothing uses this one", "x + 1"),
    ("a.__class__", "__class__ at character 3 is not understood here", "__class__"),
    ("x + 1 # a comment", "leave it out", "#"),
    ("x + 'a'", "is not understood here", "'"),
]


@pytest.mark.parametrize(("text", "said", "marked"), MISTAKES)
def test_a_mistake_is_named_and_marked(text, said, marked):
    with pytest.raises(ExpressionError) as raised:
        expression.parse(text)
    assert said in str(raised.value)
    line, under = raised.value.where.split("\n")
    assert line in text
    assert under.strip() == "^" * len(marked)
    assert line[under.index("^") :].startswith(marked)
    assert raised.value.__notes__ == [raised.value.where]


@pytest.mark.parametrize(
    "text",
    [
        "clamp(x,0,1)", "where(x>0,1,2)", "maximum(0,5*x)", "max(clamp(x,0,1), y)", "pow(2,3)*x",
        "x.clamp(0, 5)",
    ],
)  # fmt: skip
def test_a_comma_that_can_only_separate_is_not_asked_about(text):
    assert "x" in expression.parse(text).names


def test_of_two_like_signs_the_right_one_is_marked():
    for text, place in (("x + y)", 5), ("(x + (y)", 0), ("x*x(y)", 2), ("0 < x < 1", 6)):
        with pytest.raises(ExpressionError) as raised:
            expression.parse(text)
        assert raised.value.where.split("\n")[1].index("^") == place


def test_a_place_in_a_long_text_is_shown_with_what_is_around_it():
    with pytest.raises(ExpressionError) as raised:
        expression.parse("+".join(["w*x"] * 20) + "+ w x +" + "+".join(["w*x"] * 10))
    line, under = raised.value.where.split("\n")
    assert len(line) <= 66
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[under.index("^") :].startswith("w x")


def test_carets_stand_under_wide_letters_too():
    with pytest.raises(ExpressionError) as raised:
        expression.parse("w * 学习率")
    assert raised.value.where == "w * 学习率\n    ^^^"
    with pytest.raises(ExpressionError) as raised:
        expression.parse("w + 率)")
    assert "率" in str(raised.value)


def test_what_cannot_be_seen_is_shown_by_a_sign():
    with pytest.raises(ExpressionError, match=r"U\+202E cannot be seen") as raised:
        expression.parse("w\u202e+1")
    assert raised.value.where == "w\ufffd+1\n ^"
