"""Numbers as people write them: with a decimal comma, marks between thousands, a fraction."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from playground.core.i18n import N_, Told, ToldError

LONGEST = 60  # characters of a number

_MINUSES = "‐‑‒–—−﹣－"
_SPACES = "\t\u00a0\u2007\u2008\u2009\u200a\u202f"  # also those between thousands
_APOSTROPHES = "‘’ʼ´＇"
_NOTHING = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"  # characters without width
_PLAIN = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full width
    | dict.fromkeys(map(ord, _MINUSES), "-")
    | dict.fromkeys(map(ord, _SPACES), " ")
    | dict.fromkeys(map(ord, _APOSTROPHES), "'")
    | dict.fromkeys(map(ord, _NOTHING), "")
    | {ord("⁄"): "/"}
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

_NUMBER = re.compile(r"(?P<sign>[+-]?) ?(?P<body>\d[\d.,' ]*|[.,]\d+)(?:e(?P<power>[+-]?\d+))?")
_TIMES_TEN = re.compile(r" ?[×x*·] ?10(?:(?:\^|\*\*) ?([+-]?\d+)|([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+))")
_FRACTION = re.compile(r"(?P<sign>[+-]?) ?(?:(?P<whole>\d+) )?(?P<over>\d+) ?/ ?(?P<under>\d+)")
_GROUPED = {
    ".": re.compile(r"[1-9]\d{0,2}(?:([,' ])\d{3}(?:\1\d{3})*)|[1-9]\d?(?:,\d\d)+,\d{3}"),
    ",": re.compile(r"[1-9]\d{0,2}(?:([.' ])\d{3}(?:\1\d{3})*)"),
}
DECIMALS = tuple(_GROUPED)

_CODES = "EUR|USD|GBP|CHF|JPY|CNY|RMB|INR|KRW|HKD|TWD|Rs|Fr|kr|zł|Kč|Ft|元|円|원"
_REFUSED = (
    (r".*[%‰‱٪]", N_("`{written}` has a percent sign: take it off, 5 % is 0.05.")),
    (
        rf"(?:.*\d[ .]*)?(?:{_CODES})\.?(?: ?[\d+-].*)?",
        N_("`{written}` is an amount of money: take the currency off."),
    ),
    (r"[+-]?\d+(?:_\d+)+(?:\.\d*)?", N_("`{written}` has an underscore: write the digits alone.")),
    (r"[+-]?0[xob][\da-f]+", N_("`{written}` is not decimal: write 255, not 0xff.")),
    (r"[+-]?(?:nan|1\.#.*)", N_("`{written}` stands for no number.")),
    (r"[+-]?(?:inf(?:inity)?|∞)", N_("`{written}` is infinite: only finite numbers can be used.")),
    (
        r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[ t,].*)?|\d{1,2}:\d\d.*|0\d/\d\d?|\d\d?/0\d",
        N_("`{written}` is a date or a time: write a number, such as the days since the first."),
    ),
    (
        r"[+-]?[\d.,' ]*\d ?°?[^\W\d_²³¹¼½¾\u2070-\u209f\u2150-\u218f]\D*",
        N_("`{written}` has letters behind its number: take the unit off."),
    ),
)
_WHY = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), text) for pattern, text in _REFUSED)
_NOTHING_WRITTEN = N_("There is no number: write one such as 1.5, -2 or 1e-3.")
_NO_NUMBER = N_("`{written}` is no number: write one such as 1.5, -2 or 1e-3.")


class NumberError(ToldError):
    """Why a text is no number."""


class UnclearError(NumberError):
    """Two numbers are written as this text.

    fields: what is `written`, and its value where the point (`with_point`) or the comma
    (`with_comma`) stands before the decimals.
    """


@dataclass(frozen=True)
class Readings:
    """A text, and the number it is with each decimal mark; None where it is none with that one."""

    text: str
    with_point: float | None
    with_comma: float | None

    @property
    def unclear(self) -> bool:
        """Whether it is one number with a point before the decimals, and another with a comma."""
        return None not in (self.with_point, self.with_comma) and len(self.values) == 2

    @property
    def values(self) -> set[float]:
        """The numbers it may be: one or two."""
        return {value for value in (self.with_point, self.with_comma) if value is not None}

    @property
    def decimal(self) -> str | None:
        """The mark before the decimals, if the text itself tells."""
        if None not in (self.with_point, self.with_comma):
            return None
        return "." if self.with_comma is None else ","

    def value(self, decimal: str | None) -> float:
        """Return the number, with `decimal` before the decimals unless the text itself tells.

        Raises UnclearError where neither does.
        """
        if not self.unclear:
            return next(iter(self.values))
        if decimal is None:
            raise UnclearError(
                N_(
                    "`{written}` may be {with_point:.15g} or {with_comma:.15g}: write one of these."
                ),
                written=shown(self.text),
                with_point=self.with_point,
                with_comma=self.with_comma,
            )
        value = self.with_point if decimal == "." else self.with_comma
        assert value is not None  # it is unclear: there are both
        return value


def readings(text: str) -> Readings:
    """Return the numbers that `text` may be: -12 345,6 or 1,234.5e-3, 3/4, 1.5×10⁻³.

    Raises NumberError, which says what is in the way.
    """
    found = attempt(text)
    if isinstance(found, Told):
        raise NumberError.of(found)
    return found


@lru_cache(maxsize=2**15)
def attempt(text: str) -> Readings | Told:
    """Return the numbers that `text` may be, or what is in the way."""
    plain = _plain(text)
    match = _NUMBER.fullmatch(plain) if len(plain) <= LONGEST else None
    if match:
        point, comma = (_number(match, decimal) for decimal in DECIMALS)
    else:
        point = comma = _fraction(plain)
    found = Readings(text, point, comma)
    if not found.values:
        return _refused(text, plain)
    if not all(map(math.isfinite, found.values)):
        return Told(N_("`{written}` is too large for a number."), {"written": shown(text)})
    return found


def field(
    text: str, *, whole: bool = False, low: float = -math.inf, high: float = math.inf
) -> float:
    """Return the number typed into a field that takes those from `low` to `high`.

    A text that may be two numbers is the one that keeps this rule; where both do, it is the one
    that a field itself shows so, as 1.234 is, and 1.500 is not.

    whole: whether the field takes whole numbers only. Raises NumberError for none that keeps the
    rule, and UnclearError for two.
    """
    found = readings(text)
    fitting = [v for v in found.values if low <= v <= high and (not whole or v == int(v))]
    if not fitting:
        rule = N_("a number from {low} to {high}")
        if whole:
            rule = N_("a whole number from {low} to {high}")
        bounds = Told(rule, {"low": f"{low:g}", "high": f"{high:.10g}"})
        raise NumberError(N_("`{written}` must be {rule}."), written=shown(text), rule=bounds)
    if len(fitting) == 1:
        return fitting[0]
    as_shown = not whole and f"{found.with_point:.15g}" == _plain(text)
    return found.value("." if as_shown else None)


def decimal_of(column: Iterable[Readings]) -> str | None:
    """Return the mark before decimals that the numbers of a column tell; None if they differ."""
    told = {found.decimal for found in column} - {None}
    return told.pop() if len(told) == 1 else None


def shown(text: str) -> str:
    """Return the start of a text for a message: no character of it does anything there."""
    plain = "".join(c if c.isprintable() else " " for c in text.strip()).replace("`", "'")
    return plain if len(plain) <= 40 else f"{plain[:37]}..."


def _plain(text: str) -> str:
    """Return `text` in lower case and ASCII where it is a number; no other sign becomes a digit."""
    plain = text.translate(_PLAIN).strip().lower()
    if not plain.isascii():
        plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
        plain = " ".join(plain.split(" "))
    return _TIMES_TEN.sub(lambda m: "e" + (m[1] or m[2].translate(_RAISED)), plain)


def _number(match: re.Match[str], decimal: str) -> float | None:
    """Return the number with `decimal` before its decimals, or None if it is none; no -0.0."""
    whole, mark, part = match["body"].partition(decimal)
    if mark and not part.isdigit() and (part or decimal == "," or not whole):
        return None
    if whole and not whole.isdigit():
        if match["power"] or not _GROUPED[decimal].fullmatch(whole):
            return None
        whole = re.sub(r"\D", "", whole)
    return float(f"{match['sign']}{whole or 0}.{part or 0}e{match['power'] or 0}") + 0.0


def _fraction(plain: str) -> float | None:
    """Return the number of a fraction such as -1/4 or 2 1/2, or None if it is none."""
    match = _FRACTION.fullmatch(plain)
    if not match or not int(match["under"]) or re.search(r"(?:^|\D)0\d", plain):
        return None
    value = int(match["whole"] or 0) + int(match["over"]) / int(match["under"])
    return -value if match["sign"] == "-" else value


def _refused(text: str, plain: str) -> Told:
    """Return why a text is no number."""
    money = any(unicodedata.category(c) == "Sc" for c in plain)
    why = _REFUSED[1][1] if money else _NO_NUMBER if plain else _NOTHING_WRITTEN
    if not money and len(plain) <= LONGEST:
        why = next((said for pattern, said in _WHY if pattern.fullmatch(plain)), why)
    return Told(why, {"written": shown(text)})
