import time

import pytest

from playground.core import expression
from playground.core.expression import ExpressionError
from playground.core.i18n import translator

HOSTILE = [
    "w.data", "w.__class__", "__import__('os')", "().__class__.__bases__", "w[0]", "lambda: w",
    "exec(w)", "open(w)", "9" * 40 + "*w", "w if w else w", "'w'", '"w"', "w;w", "w:=1", "w\nw",
    "f(w)", "sin", "sin*w", "_w", "w_", "w__x", "1", "2+3", "", "   ", ";", "\n;\n", "w+", "(w",
    "w)", "()", "w w", "2w", "w//2", "w%2", "w==x", "{w}", "$w", "w#x", "1e999*w", "0x10*w",
    "1_0*w", "ｗ*2", "ѡ+1", "w\u200b", "w\x00", "w\u202e", "[a](b)", ":red[w]", "**", "*", "`w`",
    "+".join("abcdfghijklmn"), "(" * 5_000 + "w" + ")" * 5_000, "-" * 10_000 + "w", "-" * 399 + "w",
    "w" * 10_000, "w" * 25, "w+" * 5_000 + "w", "w.T" * 150, "w" + ".T" * 190,
    "((((((((((w))))))))))", "sin(w", "sin()", "sin(w,w)", "log10(w)", "print(w)", "w.backward(",
    "torch", "torch.load(w)", "torch.Tensor.__init__(w)", "w.T()", "sum(w, 0.5)", "a = []",
    "a = [[1, 2], [3]]", "a = [1, 2, 3, 4, 5, 6, 7, 8, 9]", "sin([1, 2])", "x = torch.tensor(w)",
    "x = 1\nx = [1, 2]", "clamp(w)", "where(w, 1)", "torch.max(w, 0)", "w.max(dim=0)",
    "max(w, k=1)",
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
        ("y_pred = w*x + b\nloss = (y_pred - y)**2", ("w", "x", "b", "y")),
        ("y_pred = w*x + b; (y_pred - y)**2 ;", ("w", "x", "b", "y")),
        ("c = a + b\nc = c + 1 + c\nc += c + 1", ("a", "b")),
        ("w_1*x_train2", ("w_1", "x_train2")),
        ("x = x + 1\nx*x", ("x",)),
        ("F*x + F.sum()", ("F", "x")),
        ("(w\n + x)", ("w", "x")),
        ("a" * 24, ("a" * 24,)),
        ("+".join("abcdfghijklm"), tuple("abcdfghijklm")),
        ("torch.sin(torch.nn.functional.relu(x))", ("x",)),
        ("where(x > 0, x, -x).pow(2).sum(dim=0)", ("x",)),
        ("9**9**9*w", ("w",)),
    ],
)
def test_arithmetic_is_understood(text, names):
    assert expression.parse(text).names == names


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("w−1", "w-1"),
        ("w – 1", "w - 1"),
        ("w×x÷2", "w*x/2"),
        ("w·x", "w*x"),
        ("（w＋１）＊２．５", "(w+1)*2.5"),
        ("max(w，０)", "max(w,0)"),
        ("a＝w；a＊＊2", "a=w;a**2"),
        ("w\u00a0+\u30001", "w + 1"),
        ("w²", "w²"),
        ("\r\nw\r\n", "w"),
    ],
)
def test_a_typographic_sign_of_one_meaning_is_read_as_meant(text, plain):
    assert expression.parse(text).text == plain


def test_pi_and_e_are_numbers_unless_the_text_gives_them_another_meaning():
    for text in ("pi*w", "π*w", "torch.pi*w", "math.pi*w"):
        parsed = expression.parse(text)
        assert (parsed.names, parsed.constants) == (("w",), ("pi",))
    parsed = expression.parse("e = w - 1\ne**2")
    assert (parsed.names, parsed.constants) == (("w",), ())
    assert expression.parse("e**w").constants == ("e",)


def given(text):
    return [(g.name, g.numbers, g.shape, g.tracked, g.line) for g in expression.parse(text).given]


def test_numbers_alone_make_a_tensor_of_a_new_name():
    """micrograd's Value and MiniTorch's Scalar are tracked, torch.tensor if it says so."""
    assert given("a = -4.0; a*2") == [("a", (-4.0,), (), True, 1)]
    assert given("a = Value(-4.0)\nb = Scalar(2)\na*b") == [
        ("a", (-4.0,), (), True, 1),
        ("b", (2.0,), (), True, 2),
    ]
    assert given("x = torch.tensor(2.0)\nx*w") == [("x", (2.0,), (), False, 1)]
    assert given("\n\nx = torch.tensor([1, -2.], requires_grad=True)\nx*w") == [
        ("x", (1.0, -2.0), (2,), True, 1)
    ]
    assert given("m = [[1, 2, 3], [4, 5, 6]]; m @ w") == [
        ("m", (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (2, 3), True, 1)
    ]


def test_a_number_for_a_name_that_has_a_value_is_a_number_as_in_python():
    assert given("w = w*2\nw = 3\nw*x") == []
    assert expression.parse("a = 1; b = a*2; a = 3; a*b").names == ()


def test_bounds_are_said_with_the_count():
    with pytest.raises(ExpressionError, match=r"has 1,201 characters: at most 400\."):
        expression.parse("w" + "+w" * 600 + " ")
    with pytest.raises(ExpressionError, match=r"There are 65 operations: at most 64\."):
        expression.parse("w" + "+w" * 65)
    assert expression.parse("w" + "+w" * 64)
    with pytest.raises(ExpressionError, match=r"brackets are 9 deep: at most 8\."):
        expression.parse("(" * 9 + "w" + ")" * 9)
    assert expression.parse("(" * 8 + "w" + ")" * 8)
    with pytest.raises(ExpressionError, match=r"There are 13 names: at most 12\."):
        expression.parse("+".join("abcdfghijklmn"))
    with pytest.raises(ExpressionError, match=r"This name has 25 letters: at most 24\."):
        expression.parse("w" * 25)


def test_the_place_of_a_mistake_is_named():
    with pytest.raises(ExpressionError, match="character 5"):
        expression.parse("w * $x")


def test_an_exponent_is_any_number():
    for text in ("w**10", "w**99", "w**-11", "w**w", "2**w", "w**0.5"):
        assert expression.parse(text).names == ("w",)
