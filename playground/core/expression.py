"""An expression that a learner typed: parsed by a grammar that knows nothing but arithmetic.

What the grammar does not name cannot be written: no attributes, no calls but the functions below,
no strings. Nothing typed is ever given to Python to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from playground.core.i18n import N_, ToldError

LONGEST, DEEPEST, MOST_NAMES, LARGEST_EXPONENT = 100, 8, 5, 10
FUNCTIONS = (
    "abs", "cos", "exp", "log", "mean", "relu", "sigmoid", "sin", "sqrt", "sum", "tanh",
)  # fmt: skip

GRAMMAR = r"""
?start: sum
?sum: product
    | sum "+" product -> add
    | sum "-" product -> sub
?product: unary
    | product "*" unary -> mul
    | product "/" unary -> truediv
?unary: power
    | "-" unary -> neg
?power: atom
    | atom "**" exponent -> pow
exponent: MINUS? NUMBER
?atom: NUMBER -> number
    | NAME -> name
    | NAME "(" sum ")" -> call
    | "(" sum ")"
MINUS: "-"
NAME: /[A-Za-z][A-Za-z0-9]{0,7}(?![A-Za-z0-9_])/
NUMBER: /\d{1,9}(\.\d{0,9})?(?![\d.A-Za-z_])/
%ignore " "
"""


class ExpressionError(ToldError):
    """An expression that breaks a rule."""


@dataclass(frozen=True)
class Expression:
    """What a learner typed, parsed.

    names: the tensors in it, in the order of their first use.
    """

    text: str
    tree: Tree[Any]
    names: tuple[str, ...]


@cache
def _grammar() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parse(text: str) -> Expression:
    """Return the expression in `text`; raise ExpressionError, which says what to mend."""
    text = text.strip()
    _check_text(text)
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    called = [node.children[0] for node in tree.find_data("call")]
    for name in called:
        if name not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(
                N_("{name} is no function here: there are {known}."), name=name, known=known
            )
    for exponent in tree.find_data("exponent"):
        if abs(number(exponent)) > LARGEST_EXPONENT:
            raise ExpressionError(
                N_("The exponent {exponent} is too large: at most {most}."),
                exponent="".join(map(str, exponent.children)),
                most=LARGEST_EXPONENT,
            )
    return Expression(text, tree, _names(text, tree))


def _check_text(text: str) -> None:
    if not text:
        raise ExpressionError(N_("Type an expression, such as (w*x - y)**2."))
    if len(text) > LONGEST:
        raise ExpressionError(
            N_("The expression has {length} characters: at most {most}."),
            length=len(text),
            most=LONGEST,
        )
    strange = next((c for c in text if not c.isascii() or not c.isprintable()), None)
    if strange:
        raise ExpressionError(
            N_("The character U+{code:04X} is not allowed: plain letters, digits and + - * / ( )."),
            code=ord(strange),
        )
    depth = deepest = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise ExpressionError(
            N_("The brackets are {depth} deep: at most {most}."), depth=deepest, most=DEEPEST
        )


def _unexpected(text: str, error: UnexpectedInput) -> ExpressionError:
    place = error.pos_in_stream
    if isinstance(error, UnexpectedCharacters) or (place is not None and 0 <= place < len(text)):
        place = place or 0
        return ExpressionError(
            N_(
                "{found} at character {place} is not understood here: numbers, names, + - * / **, "
                "brackets and {known} are."
            ),
            found=text[place : place + 12].split(" ")[0],
            place=place + 1,
            known=", ".join(FUNCTIONS),
        )
    return ExpressionError(N_("The expression ends too early: something is missing."))


def _names(text: str, tree: Tree[Any]) -> tuple[str, ...]:
    tokens = [node.children[0] for node in tree.find_data("name")]
    ordered = sorted(tokens, key=lambda token: getattr(token, "start_pos", 0))
    names = tuple(dict.fromkeys(map(str, ordered)))
    taken = next((name for name in names if name in FUNCTIONS), None)
    if taken:
        raise ExpressionError(
            N_("{name} is a function: write {name}(x), or choose another name."), name=taken
        )
    if not names:
        raise ExpressionError(N_("Name at least one tensor, such as w or x."))
    if len(names) > MOST_NAMES:
        raise ExpressionError(
            N_("There are {count} tensors: at most {most}."), count=len(names), most=MOST_NAMES
        )
    return names


def number(node: Tree[Any]) -> float:
    """Return the number that a `number` or an `exponent` stands for."""
    return float("".join(str(token) for token in node.children if isinstance(token, Token)))
