"""How the weights of a lesson make its curve: which there are, the curve, its code, its formula."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from playground.core import data
from playground.core.formulas import formula, tex
from playground.core.i18n import Translate
from playground.core.weights import Weight, scalars

if TYPE_CHECKING:  # settings know the lessons, and those their forms
    from playground.core.settings import Settings

Array = NDArray[np.float64]
Rows = list[tuple[str, str]]


class Form(ABC):
    """A model: its weights, and the curve that they make.

    Weights come as the columns of a history: shape (..., columns).
    """

    straight: ClassVar[bool] = False
    """Whether the curve is a line over one or two weights, so that the errors, the loss over the
    weights and a prediction can be shown."""
    least_squares: ClassVar[bool] = False
    """Whether `columns` gives the best curve, its loss being the floor."""

    @abstractmethod
    def weights(self, settings: Settings) -> tuple[Weight, ...]:
        """Return the names and shapes of the weights, in the order that a lesson yields them in."""

    @abstractmethod
    def curves(self, settings: Settings, weights: Array, x: Array) -> Array:
        """Return what `weights`, shape (n, columns), predict: (variants, n, len(x)).

        There is one variant, unless chance decides what a forward pass adds.
        """

    @abstractmethod
    def code(self, settings: Settings) -> str:
        """Return the code that makes `curve` of a list `weights`, at an array `at`."""

    def more_code(self, colour: str, _: Translate) -> str:
        """Return the code that adds the other variants to `figure`, or nothing."""
        return ""

    def columns(self, settings: Settings, x: Array) -> Array:
        """Return what least squares multiplies with to predict at `x`: (len(x), weights).

        Raises ValueError where it does not find the best curve.
        """
        raise ValueError(f"least squares does not find the best weights of {settings.stage}")

    def formulas(
        self, settings: Settings, weights: Array, best: Array | None, _: Translate
    ) -> Rows:
        """Return the curve of `weights`, shape (columns,), as formulas, each with its label.

        best: the weights that `columns` leads to, or None.
        """
        return []


@dataclass(frozen=True)
class Powers(Form):
    """A polynomial, a weight for each power; others write the same curves with other weights."""

    least_squares = True

    def weights(self, settings: Settings) -> tuple[Weight, ...]:
        """Return a scalar a power, constant term first."""
        return scalars("abcdefghij"[: settings.degree + 1])

    def polynomials(self, settings: Settings, weights: Array) -> Array:
        """Return the polynomials in x that `weights` stand for, constant term first.

        Result: shape (variants, ..., powers).
        """
        return weights[None]

    def curves(self, settings: Settings, weights: Array, x: Array) -> Array:
        """Return the polynomials at `x`."""
        with np.errstate(over="ignore", invalid="ignore"):
            variants = np.moveaxis(self.polynomials(settings, weights), -1, 0)
            return np.asarray(polynomial.polyval(x, variants, tensor=True))

    def code(self, settings: Settings) -> str:
        """Return the sum over the powers."""
        return "curve = sum(w * at**k for k, w in enumerate(weights))"

    def columns(self, settings: Settings, x: Array) -> Array:
        """Return the powers of x, constant term first."""
        return np.vander(x, settings.degree + 1, increasing=True)

    def formulas(
        self, settings: Settings, weights: Array, best: Array | None, _: Translate
    ) -> Rows:
        """Return the polynomial, and the one of least squares."""
        rows = self._fit(settings, weights, _)
        if best is not None:
            rows.append((_("least squares"), formula(self._nearest(settings, best), _)))
        return rows

    def _fit(self, settings: Settings, weights: Array, _: Translate) -> Rows:
        return [(_("fit"), formula(self.polynomials(settings, weights)[0], _))]

    def _nearest(self, settings: Settings, best: Array) -> Array:
        """Return the polynomial of least squares, constant term first."""
        return best


@dataclass(frozen=True)
class Legendre(Powers):
    """A cubic written as a + b P3(c + d x)."""

    def weights(self, settings: Settings) -> tuple[Weight, ...]:
        """Return the four scalars."""
        return scalars("abcd")

    def polynomials(self, settings: Settings, weights: Array) -> Array:
        """Multiply it out."""
        a, b, c, d = np.moveaxis(weights, -1, 0)
        terms = [
            a + b * (5 * c**3 - 3 * c) / 2,
            b * d * (15 * c**2 - 3) / 2,
            b * d**2 * 15 * c / 2,
            b * d**3 * 5 / 2,
        ]
        return np.stack(terms, axis=-1)[None]

    def code(self, settings: Settings) -> str:
        """Return the curve as the lesson writes it."""
        return "a, b, c, d = weights\nz = c + d * at\ncurve = a + b * (5 * z**3 - 3 * z) / 2"

    def _fit(self, settings: Settings, weights: Array, _: Translate) -> Rows:
        a, b, c, d = (tex(f"{value:.4g}") for value in weights)
        out = formula(self.polynomials(settings, weights)[0], _)
        return [
            (_("fit"), rf"$y = {a} + ({b})\,P_3({c} + {d}\,x)$"),
            (_("multiplied out"), out),
        ]


@dataclass(frozen=True)
class Drawn(Powers):
    """A cubic with 0, 1 or 2 terms more that share the last weight, as chance decides."""

    def weights(self, settings: Settings) -> tuple[Weight, ...]:
        """Return the cubic's four scalars, and the one that is shared."""
        return scalars("abcde")

    def polynomials(self, settings: Settings, weights: Array) -> Array:
        """Return the three of them."""
        cubic, e = weights[..., :4], weights[..., 4:5]
        ends = ((0 * e, 0 * e), (e, 0 * e), (e, e))
        return np.stack([np.concatenate([cubic, *end], axis=-1) for end in ends])

    def code(self, settings: Settings) -> str:
        """Return the cubic."""
        return "a, b, c, d, e = weights\ncurve = a + b * at + c * at**2 + d * at**3"

    def more_code(self, colour: str, _: Translate) -> str:
        """Return the code that adds the terms, one after the other."""
        return DRAWN.format(chance=_("chance adds these terms, or not"), colour=colour)

    def _fit(self, settings: Settings, weights: Array, _: Translate) -> Rows:
        e = tex(f"{weights[4]:.4g}")
        drawn = rf" $[+({e})\,x^4]$ $[+({e})\,x^5]$"
        return [(_("fit"), formula(weights[:4], _) + drawn)]


DRAWN = """for exp in (4, 5):  # {chance}
    curve = curve + e * at**exp
    dotted = {{"color": "{colour}", "dash": "dot"}}
    figure.add_scatter(x=at, y=curve, name=f"fit to x^{{exp}}", line=dotted)
"""


@dataclass(frozen=True)
class Line(Powers):
    """A straight line: its slope and, where `names` has two, its height at x = 0."""

    names: tuple[str, ...]
    straight = True

    def weights(self, settings: Settings) -> tuple[Weight, ...]:
        """Return the slope and the height."""
        return scalars(self.names)

    def polynomials(self, settings: Settings, weights: Array) -> Array:
        """Return the line, constant term first."""
        w = weights[..., 0]
        b = weights[..., 1] if len(self.names) > 1 else np.zeros_like(w)
        return np.stack([b - w * data.shift(settings), w], axis=-1)[None]

    def code(self, settings: Settings) -> str:
        """Return the line, x centred where the lesson does so."""
        x = "(at - x.mean())" if settings.centre else "at"
        if len(self.names) == 1:
            return f"({self.names[0]},) = weights\ncurve = {self.names[0]} * {x}"
        w, b = self.names
        return f"{w}, {b} = weights\ncurve = {w} * {x} + {b}"

    def columns(self, settings: Settings, x: Array) -> Array:
        """Return x as the line is fitted to it, and a column of ones."""
        x = x - data.shift(settings)
        return np.stack([x, np.ones_like(x)][: len(self.names)], axis=-1)

    def _nearest(self, settings: Settings, best: Array) -> Array:
        line: Array = self.polynomials(settings, best)[0]
        return line
