"""A typed text -> Expression: what its lines compute, and what every name in them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from lark import Token, Tree

from playground.core.expression import calls, grammar, literals
from playground.core.expression.errors import refuse
from playground.core.expression.functions import CONSTANTS, FUNCTIONS, KEYWORDS, MODULES
from playground.core.expression.grammar import Branch
from playground.core.expression.nodes import Apply, Given, Line, Name, Node, Number
from playground.core.i18n import N_

MOST_NAMES, LONGEST_NAME = 12, 24
LARGEST = 3.4e38  # the largest number of float32, in which the graph is computed

COMPARISONS = {
    "<": "lt", "<=": "le", "≤": "le", ">": "gt", ">=": "ge", "≥": "ge", "==": "eq", "!=": "ne",
    "≠": "ne",
}  # fmt: skip
AUGMENTED = {"+=": "add", "-=": "sub", "*=": "mul", "/=": "truediv", "@=": "matmul", "**=": "pow"}
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide,
    "pow": np.power,
}  # fmt: skip


class Reader:
    """Reads the lines of a text in their order, as a name means what the lines above made it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Line] = []
        self.names: dict[str, None] = {}  # used before any line gave them a value
        self.given: list[Given] = []
        self.assigned: set[str] = set()
        self.constants: dict[str, None] = {}

    def read(self, tree: Branch) -> None:
        """Read all lines; raise ExpressionError for what breaks a rule."""
        lines = [child for child in tree.children if isinstance(child, Tree)]
        for line in lines[:-1]:
            if line.data == "value":
                self._unused(line)
            self._line(line)
        self._last(lines[-1])

    def _last(self, line: Branch) -> None:
        """Read the line that is the result; `loss.backward()` there is what follows by itself."""
        if line.data == "value" and calls.is_backward(line.children[0]):
            line = Tree("value", [line.children[0].children[0]], line.meta)
        self._line(line)
        result = self.lines[-1].value if self.lines else None
        if isinstance(result, Apply) and result.function in COMPARISONS.values():
            text = N_(
                "The result is true or false, and has no gradient: a comparison stands inside of "
                "where(x > 0, a, b)."
            )
            self.refuse(result, text)

    def _unused(self, line: Branch) -> NoReturn:
        text = N_(
            "Only the last line is the result, and nothing uses this one: give it a name, as in "
            "y = w*x, or leave it out."
        )
        refuse(self.text, line.meta.start_pos, line.meta.end_pos, text)

    def _line(self, line: Branch) -> None:
        if line.data == "value":
            self.lines.append(Line("", self.node(line.children[0])))
            return
        name = line.children[0]
        if line.data == "assignment":
            self._assignment(name, line.children[1])
        else:
            before = self._name(name)
            operator, value = AUGMENTED[line.children[1]], self.node(line.children[2])
            end = line.meta.end_pos
            self._assign(name, self._apply(operator, (before, value), before.start, end))

    def _assignment(self, name: Token, value: Branch) -> None:
        """Give a name to what is computed; numbers alone make a tensor of a name that is new."""
        known = str(name) in self.names or str(name) in self.assigned
        given = literals.given(self, name, value)
        if given is None:
            self._assign(name, self.node(value))
        elif not known:
            self.given.append(given)
            self._assign(name, Name(str(name), *_span(name)))
        elif given.shape == ():
            self._assign(name, Number(given.numbers[0], *_span(name)))
        else:
            text = N_("{name} has a value already: give these numbers another name.")
            refuse(self.text, *_span(name), text, name=str(name))

    def _assign(self, name: Token, value: Node) -> None:
        self._check_name(name)
        self.assigned.add(str(name))
        self.lines.append(Line(str(name), value))
        self._check_count(name)

    def node(self, tree: Branch) -> Node:
        """Return what a part of the tree means."""
        start, end = tree.meta.start_pos, tree.meta.end_pos
        kind = str(tree.data)
        if kind == "number":
            return self.number(tree.children[0])
        if kind == "name":
            return self._name(tree.children[0])
        if kind in ("group", "pos"):
            return self.node(tree.children[0])
        if kind == "compare":
            left, sign, right = tree.children
            return Apply(COMPARISONS[sign], (self.node(left), self.node(right)), start, end)
        if kind == "superscript":
            base, sign = tree.children
            power = Number(float(sign.translate(grammar.SUPERSCRIPTS)), *_span(sign))
            return self._apply("pow", (self.node(base), power), start, end)
        if kind in ("call", "method", "attribute"):
            return calls.read(self, tree)
        return self._apply(kind, tuple(map(self.node, tree.children)), start, end)

    def _apply(self, operator: str, parts: tuple[Node, ...], start: int, end: int) -> Node:
        """Return an operation; one of two numbers is a number, as in Python, but 1/0 is inf."""
        numbers = [part.value for part in parts if isinstance(part, Number)]
        if len(numbers) == len(parts) and operator in (*ARITHMETIC, "neg"):
            with np.errstate(all="ignore"):
                values = [np.float64(number) for number in numbers]
                found = -values[0] if operator == "neg" else ARITHMETIC[operator](*values)
            return Number(float(found), start, end)
        return Apply(operator, parts, start, end)

    def number(self, token: Token) -> Number:
        """Return the number that a token stands for."""
        value = float(token)
        if value > LARGEST:
            text = N_("{number} is too large a number: at most {most:g}.")
            shown = str(token) if len(token) <= LONGEST_NAME else f"{token[:LONGEST_NAME]}…"
            refuse(self.text, *_span(token), text, number=shown, most=LARGEST)
        return Number(value, *_span(token))

    def _name(self, token: Token) -> Name | Number:
        """Return a tensor, or the number of a constant that no line gave another meaning."""
        name = str(token)
        if name not in self.assigned and name in CONSTANTS:
            return self.constant(token)
        if name not in self.assigned:
            self._check_name(token)
            self.names[name] = None
            self._check_count(token)
        return Name(name, *_span(token))

    def constant(self, token: Token) -> Number:
        """Return the number of a constant, and note that it is used."""
        self.constants[token.replace("π", "pi")] = None
        return Number(CONSTANTS[token], *_span(token))

    def _check_name(self, token: Token) -> None:
        """Raise ExpressionError for a name that no tensor can have."""
        name = str(token)
        if name in FUNCTIONS:
            text = N_("{name} is a function: write {name}(x), or choose another name.")
            refuse(self.text, *_span(token), text, name=name)
        if name in KEYWORDS or name in MODULES[:4] or name == "π":
            text = N_("{name} has another meaning here: choose another name.")
            refuse(self.text, *_span(token), text, name=name)
        if len(name) > LONGEST_NAME:
            text = N_("This name has {count} letters: at most {most}.")
            refuse(self.text, *_span(token), text, count=len(name), most=LONGEST_NAME)

    def _check_count(self, token: Token) -> None:
        count = len(self.names.keys() | self.assigned)
        if count > MOST_NAMES:
            text = N_("There are {count} names: at most {most}.")
            refuse(self.text, *_span(token), text, count=count, most=MOST_NAMES)

    def refuse(self, part: Node, said: str, **fields: object) -> NoReturn:
        """Raise ExpressionError, which says `said` and shows where `part` stands."""
        refuse(self.text, part.start, part.end, said, **fields)


def _span(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0
