"""Why the loss of a line is a long valley, and what centring x does to it: numbers and words."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.core import analysis, data
from playground.core.analysis import Quadratic
from playground.core.formulas import tex
from playground.core.i18n import N_, Translate
from playground.core.settings import Settings

Array = NDArray[np.float64]
ALONE = 1e-6  # of a weight, beside the other: what rounding left of 0
MANY = 1e9  # epochs
STRAIGHT = N_(
    "Here the mean of x is 0 already, so that entry is 0 and each weight goes its own way: "
    "centring changes nothing. The ratio {ratio} comes from the spread of x alone: "
    "twice its variance, {spread}, beside 2."
)
SLANTED = N_(
    "While that last entry is not 0, the two weights get in each other's way: w turns the "
    "line about x = 0, which also lifts or lowers it at the points. So the valley is slanted. "
    "Taking the mean off x makes the entry 0: ${centred}$. Each weight goes its own way, "
    "and the ratio falls from {ratio} to {ratio_centred}. What remains of it is the "
    "spread of x: twice its variance, {spread}, beside 2."
)


@dataclass(frozen=True)
class Direction:
    """One of the two directions in which the loss bends without regard to the other.

    curvature: its eigenvalue. vector: shape (2,), of length 1, its larger part above 0.
    step: the rate times the curvature, the share of the distance that one plain step goes.
    """

    curvature: float
    vector: Array
    step: float

    @property
    def left(self) -> float:
        """By what one epoch multiplies the distance along it; below 0 it changes sides."""
        return 1 - self.step

    @property
    def epochs(self) -> float:
        """How many epochs shrink the distance to a tenth; infinite if it does not shrink."""
        if not 0 < self.step < 2:
            return math.inf
        if self.step == 1:
            return 1.0
        shrink = math.log1p(-self.step) if self.step < 1 else math.log(self.step - 1)
        count = math.log(0.1) / shrink
        return float(max(1, math.ceil(count))) if math.isfinite(count) else count


@dataclass(frozen=True)
class Valley:
    """The loss of a line on one set of points.

    mean, variance: of x, as the line is fitted to it. steep, flat: its two directions.
    """

    best: Quadratic
    mean: float
    variance: float
    steep: Direction
    flat: Direction

    @property
    def ratio(self) -> float:
        """How much longer than wide it is, squared: the condition of the Hessian."""
        if self.flat.curvature <= 0:
            return math.inf
        return self.steep.curvature / self.flat.curvature


def of(settings: Settings, *, centre: bool) -> Valley:
    """Return the valley that `settings` lead to, with x centred or as it is."""
    settings = dataclasses.replace(settings, centre=centre)
    best = analysis.quadratic_for(settings)
    x = data.sample_for(settings)[0] - data.shift(settings)
    values, vectors = np.linalg.eigh(best.hessian)
    variance, high = float(x.var()), float(values[-1])
    low = min(4 * variance / high, high)  # by the determinant, which keeps more of its digits
    flat, steep = (
        Direction(value, _upright(vector), settings.learning_rate * value)
        for value, vector in zip((low, high), vectors.T, strict=True)
    )
    return Valley(best, float(x.mean()), variance, steep, flat)


def _upright(vector: Array) -> Array:
    return np.asarray(vector * np.sign(vector[np.argmax(np.abs(vector))]))


def rows(settings: Settings, _: Translate) -> dict[str, list[str]]:
    """Return a table: a column of names, then one for x as it is and one for x centred."""
    both = [of(settings, centre=centre) for centre in (False, True)]
    rate = f"{settings.learning_rate:.4g}"
    names = [
        _("Steep direction"),
        _("its curvature λmax"),
        _("left of the distance after one epoch: 1 − {rate} · λmax").format(rate=rate),
        _("epochs to a tenth"),
        _("Flat direction"),
        _("its curvature λmin"),
        _("left of the distance after one epoch: 1 − {rate} · λmin").format(rate=rate),
        _("epochs to a tenth"),
        _("Ratio λmax / λmin"),
        _("Largest stable rate 2 / λmax"),
        _("Least squares: w, b"),
        _("Floor"),
    ]
    raw, centred = (_column(valley, _) for valley in both)
    return {" ": names, _("x as it is"): raw, _("x centred"): centred}


def _column(valley: Valley, _: Translate) -> list[str]:
    w, b = valley.best.weights
    return [
        *_way(valley.steep, _),
        *_way(valley.flat, _),
        number(valley.ratio),
        number(valley.best.stable_rate),
        f"{number(w)}, {number(b)}",
        number(valley.best.floor),
    ]


def _way(direction: Direction, _: Translate) -> list[str]:
    return [
        words(direction.vector, _),
        number(direction.curvature),
        number(direction.left),
        epochs(direction, _),
    ]


def words(vector: Array, _: Translate) -> str:
    """Return a direction of (w, b) in words."""
    big = int(np.argmax(np.abs(vector)))
    first, second = ("w", "b") if big == 0 else ("b", "w")
    share = float(vector[1 - big] / vector[big])
    if abs(share) < ALONE:
        return _("{weight} alone").format(weight=first)
    text = (
        _("{first} up 1, {second} up {share}")
        if share > 0
        else _("{first} up 1, {second} down {share}")
    )
    return text.format(first=first, second=second, share=number(abs(share)))


def epochs(direction: Direction, _: Translate) -> str:
    """Return how many epochs shrink the distance to a tenth, as far as anybody would wait."""
    count = direction.epochs
    if math.isinf(count):
        return _("never: it grows") if direction.step > 2 else _("never")
    return _("more than {many:,.0f}").format(many=MANY) if count > MANY else f"{count:,.0f}"


def number(value: float) -> str:
    """Return four digits of a number, with a true minus, at which no line breaks."""
    return "∞" if math.isinf(value) else f"{value + 0.0:.4g}".replace("-", "−")


def why(settings: Settings, _: Translate) -> str:
    """Return, for these points, why the valley is slanted and what centring does about it."""
    raw, centred = (of(settings, centre=centre) for centre in (False, True))
    numbers = {
        "hessian": matrix(raw.best.hessian),
        "centred": matrix(centred.best.hessian),
        "twice": number(2 * raw.mean),
        "ratio": number(raw.ratio),
        "ratio_centred": number(centred.ratio),
        "spread": number(2 * centred.variance),
    }
    matters = _(
        "The second derivatives of this loss are $2\\,\\overline{{x^2}}$ for $w$, 2 for $b$, and "
        "$2\\,\\overline{{x}}$ = {twice} for the two together: ${hessian}$."
    )
    straight = abs(raw.mean) <= ALONE * math.sqrt(raw.variance)
    return (matters + " " + _(STRAIGHT if straight else SLANTED)).format(**numbers)


def matrix(values: Array) -> str:
    """Return a symmetric matrix of numbers in LaTeX, with 0 for what rounding left of it."""
    least = ALONE * np.sqrt(np.outer(np.diag(values), np.diag(values)))
    kept = np.where(np.abs(values) < least, 0.0, values)
    lines = [" & ".join(tex(f"{value:.4g}") for value in row) for row in kept.tolist()]
    return r"\begin{pmatrix}" + r" \\ ".join(lines) + r"\end{pmatrix}"
