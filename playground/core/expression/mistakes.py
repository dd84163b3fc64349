"""What is missing or too much where the grammar finds no way on, in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from lark import Token

from playground.core.expression.errors import refuse
from playground.core.expression.functions import FUNCTIONS, KEYWORDS
from playground.core.expression.grammar import OPENS
from playground.core.i18n import N_

BEGINS = ("NAME", "NUMBER", "LPAR")
ENDS = ("NAME", "NUMBER", "RPAR", "RSQB", "SUPERSCRIPT")
WANT_MORE = (
    "PLUS", "MINUS", "STAR", "SLASH", "AT", "POW", "COMPARE", "AUGMENT", "ASSIGN", "DOT", "COMMA",
)  # fmt: skip
SHORTEST = 24  # letters of a part that are still repeated in a sentence

SIGNS = {
    "^": N_("A power is written **, as in x**2."),
    "|": N_("An absolute value is written abs(x)."),
    "√": N_("A square root is written sqrt(x)."),
    "%": N_("% is not read here: a hundredth is written /100."),
    "//": N_("// is not read here: a division is written /."),
    "{": N_("Only round brackets group here: write ( and )."),
    "}": N_("Only round brackets group here: write ( and )."),
    "#": N_("A comment, from # on, is not read here: leave it out."),
    "&": N_("Two conditions are multiplied here: (x > 0)*(x < 1)."),
}


class Mistake:
    """The token at which the grammar finds no way on, and what stands before it."""

    def __init__(self, text: str, tokens: list[Token], index: int) -> None:
        self.text = text
        self.at = tokens[index] if index < len(tokens) else None
        self.before = tokens[index - 1] if index else None
        self.after = tokens[index + 1] if index + 1 < len(tokens) else None
        self.opened: list[Token] = []
        self.tokens, self.index = tokens, index
        for token in tokens[:index]:
            if token.type in OPENS:
                self.opened.append(token)
            elif token.type in OPENS.values() and self.opened:
                self.opened.pop()

    def told(self) -> NoReturn:
        """Raise the ExpressionError that says what to mend."""
        for look in LOOKS:
            look(self)
        assert self.at is not None
        self._refuse(self.at, self.at, N_("{found} cannot stand here."), found=str(self.at))

    def is_operand(self, token: Token | None) -> bool:
        """Return whether `token` ends something that has a value."""
        return token is not None and token.type in ENDS

    def _refuse(self, first: Token, last: Token, said: str, **fields: object) -> NoReturn:
        refuse(self.text, first.start_pos or 0, last.end_pos or 0, said, **fields)

    def strange(self) -> None:
        """Refuse a sign that nothing here knows."""
        at = self.at
        if at is None or at.type not in ("STRANGE", "FLOOR"):
            return
        sign = str(at)
        if sign in SIGNS:
            self._refuse(at, at, SIGNS[sign])
        if not sign.isprintable():
            text = N_("The character U+{code:04X} cannot be seen: delete it.")
            self._refuse(at, at, text, code=ord(sign[0]))
        place = (at.start_pos or 0) + 1
        if not sign[0].isnumeric() and sign.replace("_", "a").isalnum():
            text = N_(
                "{found} at character {place} is not understood here: a name has letters from a "
                "to z, digits, and single _ in between, and begins with a letter."
            )
            self._refuse(at, at, text, found=sign[:SHORTEST], place=place)
        text = N_(
            "{found} at character {place} is not understood here: numbers, names, + - * / **, "
            "brackets and functions are."
        )
        self._refuse(at, at, text, found=sign[:SHORTEST], place=place)

    def keyword(self) -> None:
        """Refuse a word of Python that is not read here."""
        for token in (self.before, self.at):
            if token is not None and token.type == "NAME" and token in KEYWORDS:
                text = N_("{word} is a word of Python that is not read here.")
                if token in ("if", "elif", "else"):
                    text = N_("A choice is written where(x > 0, a, b), not with {word}.")
                self._refuse(token, token, text, word=str(token))

    def unfinished(self) -> None:
        """Refuse an operator before an end or a closing bracket."""
        at, before = self.at, self.before
        ends = at is None or at.type in ("SEP", "RPAR", "RSQB")
        if ends and before is not None and before.type in WANT_MORE:
            text = N_("Something is missing after {sign}.")
            self._refuse(before, before, text, sign=str(before))

    def not_closed(self) -> None:
        """Refuse a bracket that is still open at the end, or at another line."""
        at = self.at
        if not self.opened:
            return
        ends = at is None or at.type == "SEP"
        if at is not None and self.is_operand(self.before) and at.type in BEGINS:
            assert self.before is not None
            ends = "\n" in self.text[self.before.end_pos : at.start_pos]
        if ends:
            self._refuse(self.opened[-1], self.opened[-1], N_("This bracket is not closed."))

    def closes_nothing(self) -> None:
        """Refuse a closing bracket without its opening one, or with nothing in between."""
        at = self.at
        if at is None or at.type not in OPENS.values():
            return
        if not self.opened:
            text = N_("This bracket closes nothing: no bracket is open before it.")
            self._refuse(at, at, text)
        if OPENS[self.opened[-1].type] != at.type:
            text = N_("This bracket closes with {found}, but it was opened with {opened}.")
            self._refuse(self.opened[-1], at, text, found=str(at), opened=str(self.opened[-1]))
        self._refuse(self.opened[-1], at, N_("Nothing stands between these brackets."))

    def side_by_side(self) -> None:
        """Refuse two values with nothing between them."""
        at, before = self.at, self.before
        if at is None or before is None or not self.is_operand(before):
            return
        if at.type == "LSQB":
            text = N_("One element of a tensor, as in x[0], cannot be picked here.")
            self._refuse(at, at, text)
        if at.type not in (*BEGINS, "SUPERSCRIPT"):
            return
        if before.type == "NAME" and before in FUNCTIONS:
            text = N_("{name} is a function: write {name}(x), or choose another name.")
            self._refuse(before, before, text, name=str(before))
        if before.type == at.type == "NUMBER" and before.end_pos == at.start_pos:
            self._refuse(before, at, N_("{found} is no number."), found=f"{before}{at}"[:SHORTEST])
        left, right = self._left(), self._right()
        text = N_("An operator is missing between {left} and {right}: a product is {left}*{right}.")
        self._refuse(before, at, text, left=left, right=right)

    def _left(self) -> str:
        """Return what stands before, back to where its bracket opened, if it is short."""
        begin = self._matching(self.index - 1, -1)
        called = begin > 0 and self.tokens[begin].type == "LPAR" and begin < self.index - 1
        if called and self.tokens[begin - 1].type == "NAME":
            begin -= 1
        return self._short(begin, self.index - 1)

    def _right(self) -> str:
        """Return what comes next, up to where its bracket closes, if it is short."""
        calls = self.after is not None and self.after.type == "LPAR" and self.tokens[self.index]
        first = self.index + 1 if calls and calls.type == "NAME" else self.index
        return self._short(self.index, self._matching(first, 1))

    def _matching(self, place: int, step: int) -> int:
        """Return the place of the bracket that belongs to the one at `place`, or `place` itself."""
        level, end = 0, place
        while 0 <= end < len(self.tokens):
            kind = self.tokens[end].type
            level += (kind in OPENS) - (kind in OPENS.values())
            if level == 0:
                return end
            end += step
        return place

    def _short(self, first: int, last: int) -> str:
        found = self.text[self.tokens[first].start_pos : self.tokens[last].end_pos]
        whole = len(found) <= SHORTEST and found.isprintable()
        return found if whole and found.count("(") == found.count(")") else "(…)"

    def comma(self) -> None:
        """Refuse a comma that separates no arguments."""
        at, before, after = self.at, self.before, self.after
        if at is None or at.type != "COMMA":
            return
        if before is not None and after is not None and before.type == after.type == "NUMBER":
            together = before.end_pos == at.start_pos and at.end_pos == after.start_pos
            if together and before.isdecimal():
                text = N_("A decimal number is written with a point: {number}.")
                self._refuse(before, after, text, number=f"{before}.{after}"[:SHORTEST])
        if self.is_operand(before):
            text = N_("A comma separates a function's arguments, and no function is open here.")
            self._refuse(at, at, text)

    def equals(self) -> None:
        """Refuse a sign = where no name can be given."""
        at = self.at
        if at is None or at.type not in ("ASSIGN", "AUGMENT") or not self.is_operand(self.before):
            return
        text = N_(
            "{sign} gives a name to what a line computes, as in y = w*x: before it stands one "
            "name, first in its line."
        )
        self._refuse(at, at, text, sign=str(at))

    def comparisons(self) -> None:
        """Refuse a second comparison in a row."""
        at = self.at
        if at is None or at.type != "COMPARE" or not self.is_operand(self.before):
            return
        text = N_("One comparison at a time: (0 < x)*(x < 1) is 0 < x < 1.")
        self._refuse(at, at, text)

    def without_a_left_side(self) -> None:
        """Refuse an operator that has nothing before it to work on."""
        at, before = self.at, self.before
        if at is None or at.type in BEGINS or self.is_operand(before):
            return
        if at.type == "LSQB":
            text = N_("A list of numbers gets a name first, in a line of its own: a = [1, 2].")
            self._refuse(at, at, text)
        if before is None or before.type in ("SEP", *OPENS):
            self._refuse(at, at, N_("Something is missing before {sign}."), sign=str(at))
        text = N_("Something is missing between {left} and {right}.")
        self._refuse(before, at, text, left=str(before), right=str(at))


LOOKS: tuple[Callable[[Mistake], None], ...] = (
    Mistake.keyword,
    Mistake.strange,
    Mistake.unfinished,
    Mistake.not_closed,
    Mistake.closes_nothing,
    Mistake.side_by_side,
    Mistake.comma,
    Mistake.equals,
    Mistake.comparisons,
    Mistake.without_a_left_side,
)
