"""An expression that a learner typed: parsed by a grammar that knows nothing but arithmetic.

What the grammar does not name cannot be written: no attributes and no calls but those of
`functions`, no strings. Nothing typed is ever given to Python to run.
"""

from __future__ import annotations

from playground.core.expression import grammar
from playground.core.expression.errors import ExpressionError, refuse
from playground.core.expression.functions import FUNCTIONS, OF_VECTORS
from playground.core.expression.grammar import plain
from playground.core.expression.literals import LONGEST_VECTOR, WIDEST_MATRIX
from playground.core.expression.mistakes import Mistake
from playground.core.expression.nodes import Apply, Expression, Given, Name
from playground.core.expression.reading import LONGEST_NAME, MOST_NAMES, Reader
from playground.core.i18n import N_

__all__ = [
    "DEEPEST",
    "FUNCTIONS",
    "LONGEST",
    "LONGEST_NAME",
    "LONGEST_VECTOR",
    "MOST_NAMES",
    "MOST_OPERATIONS",
    "OF_VECTORS",
    "WIDEST_MATRIX",
    "Apply",
    "Expression",
    "ExpressionError",
    "Given",
    "Name",
    "parse",
    "plain",
    "refuse",
]

LONGEST, DEEPEST, MOST_OPERATIONS = 400, 8, 64


def parse(text: str) -> Expression:
    """Return the expression in `text`; raise ExpressionError, which says what to mend."""
    if len(text.strip()) > LONGEST:
        raise ExpressionError(
            N_("The expression has {length:,} characters: at most {most}."),
            length=len(text.strip()),
            most=LONGEST,
        )
    text = plain(text)
    tokens = grammar.tokens(text)
    if all(token.type == "SEP" for token in tokens):
        raise ExpressionError(N_("Type an expression, such as (w*x - y)**2."))
    _check_size(grammar.depth(tokens), grammar.operations(tokens))
    try:
        tree = grammar.tree(tokens)
    except grammar.NoTreeError as error:
        Mistake(text, tokens, error.index).told()
    reader = Reader(text)
    reader.read(tree)
    if not reader.names and not reader.given:
        raise ExpressionError(N_("Name at least one tensor, such as w or x."))
    return Expression(
        text=text,
        lines=tuple(reader.lines),
        names=tuple(reader.names),
        given=tuple(reader.given),
        constants=tuple(reader.constants),
    )


def _check_size(depth: int, operations: int) -> None:
    if depth > DEEPEST:
        raise ExpressionError(
            N_("The brackets are {depth} deep: at most {most}."), depth=depth, most=DEEPEST
        )
    if operations > MOST_OPERATIONS:
        raise ExpressionError(
            N_("There are {count} operations: at most {most}."),
            count=operations,
            most=MOST_OPERATIONS,
        )
