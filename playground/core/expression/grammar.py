"""The grammar of what can be typed: signs, tokens, and how they go together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedToken

GRAMMAR = r"""
start: SEP? line (SEP line)* SEP?
line: NAME "=" (comparison | list) -> assignment
    | NAME AUGMENT comparison -> augmented
    | comparison -> value
?comparison: sum
    | sum COMPARE sum -> compare
?sum: product
    | sum "+" product -> add
    | sum "-" product -> sub
?product: unary
    | product "*" unary -> mul
    | product "/" unary -> truediv
    | product "@" unary -> matmul
?unary: power
    | "-" unary -> neg
    | "+" unary -> pos
?power: raised
    | raised "**" unary -> pow
?raised: postfix
    | postfix SUPERSCRIPT -> superscript
?postfix: atom
    | postfix "." NAME "(" _arguments? ")" -> method
    | postfix "." NAME -> attribute
?atom: NUMBER -> number
    | NAME -> name
    | NAME "(" _arguments? ")" -> call
    | "(" comparison ")" -> group
_arguments: argument ("," argument)*
argument: comparison | list
    | NAME "=" comparison -> keyword
list: "[" (_entry ("," _entry)*)? "]"
_entry: sum | list

PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
AT: "@"
POW: "**"
ASSIGN: "="
LPAR: "("
RPAR: ")"
LSQB: "["
RSQB: "]"
COMMA: ","
DOT: "."
AUGMENT: "+=" | "-=" | "*=" | "/=" | "@=" | "**="
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">" | "≤" | "≥" | "≠"
SUPERSCRIPT: /[⁺⁻]?[⁰¹²³⁴-⁹]+/
NUMBER: /([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/
NAME: /[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*(?![A-Za-z0-9_])|π/
SEP: /[;\n][;\s]*/
FLOOR: "//"
STRANGE.-1: /\w+|./s
%ignore " "
"""

Branch = Any
"""A tree of lark: its children are trees and tokens, and the rule says which."""

OPENS = {"LPAR": "RPAR", "LSQB": "RSQB"}
OPERATORS = ("PLUS", "MINUS", "STAR", "SLASH", "AT", "POW", "COMPARE", "AUGMENT", "SUPERSCRIPT")
SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
SIGNS = {
    "-": "\u2010\u2011\u2012\u2013\u2212\ufe63",  # hyphens, a dash, the minus sign
    "*": "\u00b7\u00d7\u2217\u2219\u22c5",
    "/": "\u00f7\u2215",
    ",": "\u3001",
    " ": "\t\u00a0\u2002\u2003\u2009\u202f\u3000",
}
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
READ_AS = {code: plain for code, plain in FULL_WIDTH.items() if not chr(plain).isalpha()} | {
    ord(sign): ord(plain) for plain, signs in SIGNS.items() for sign in signs
}
"""Typographic signs that have one meaning, and the plain ones; each is one character."""


def plain(text: str) -> str:
    """Return `text` with plain signs for typographic ones that have one meaning."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(READ_AS).strip()


class _Brackets:
    """Takes out the new lines within brackets, where they are spaces."""

    always_accept = ("FLOOR", "STRANGE")  # in no rule: what cannot be read is a token too

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens of `stream` without such lines."""
        depth = 0
        for token in stream:
            depth += (token.type in OPENS) - (token.type in OPENS.values())
            if token.type != "SEP" or depth <= 0 or ";" in token:
                yield token


@cache
def _grammar() -> Lark:
    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer="basic",
        postlex=_Brackets(),
        propagate_positions=True,
        maybe_placeholders=False,
    )


class NoTreeError(Exception):
    """The token at `index` cannot stand where it stands; at the end, there is none."""

    def __init__(self, index: int) -> None:
        self.index = index


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, also of what no grammar can read."""
    return list(_grammar().lex(text))


def operations(found: list[Token]) -> int:
    """Return how many operators, functions and methods there are."""
    calls = sum(token.type == "LPAR" and before.type == "NAME" for before, token in pairwise(found))
    return calls + sum(token.type in (*OPERATORS, "DOT") for token in found)


def depth(found: list[Token]) -> int:
    """Return how deep the brackets are."""
    deepest = now = 0
    for token in found:
        now += (token.type in OPENS) - (token.type in OPENS.values())
        deepest = max(deepest, now)
    return deepest


def tree(found: list[Token]) -> Branch:
    """Return the lines, a tree each below the root; raise NoTreeError where there is none."""
    parser = _grammar().parse_interactive()
    for index, token in enumerate(found):
        try:
            parser.feed_token(token)
        except UnexpectedToken:
            raise NoTreeError(index) from None
    try:
        return parser.feed_eof(found[-1] if found else None)  # type: ignore[no-untyped-call]
    except UnexpectedToken:
        raise NoTreeError(len(found)) from None
