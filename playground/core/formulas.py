"""Numbers and polynomials as formulas in LaTeX."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.core.i18n import Translate

ROUNDING = 1e-12  # a weight smaller than this is what rounding left of 0


def formula(weights: NDArray[np.float64], _: Translate) -> str:
    """Return a polynomial, constant term first, as formulas that may wrap between terms."""
    terms: list[str] = []
    for power, weight in enumerate(weights):
        if not np.isfinite(weight):
            return _("not finite")
        if abs(weight) < ROUNDING:
            continue
        number = tex(f"{abs(weight):.4g}")
        sign = "-" if weight < 0 else "+" if terms else ""
        x = "" if power == 0 else r"\,x" if power == 1 else rf"\,x^{power}"
        terms.append(f"{sign}{number}{x}")
    first, *rest = terms or ["0"]
    return " ".join([f"$y = {first}$", *(f"${term}$" for term in rest)])


def tex(number: str) -> str:
    """Return a number as Python writes it, such as 1e-06, in LaTeX."""
    mantissa, e, exponent = number.partition("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if e else mantissa
