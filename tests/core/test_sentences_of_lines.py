"""Every sentence of the lines' lessons is true of the settings on the page.

The oracle works in float64 or in fractions, and with none of the project's functions: it makes the
points anew, has the curvatures of a formula, and steps in a loop.
"""

import math
import re
from fractions import Fraction

import numpy as np

from playground.core.verdict import Verdict
from playground.core.verdict_words import cause
from tests.core.sentences import N, notice, numbers, of, same, tried

STANDS = (
    "stands at N, and the prediction for 5 at N. The weight alone, trained as long, would have "
    "brought it to N"
)


def test_one_weights_factor_and_loss(pytestconfig):
    def check(settings):
        text, rate = notice(settings), settings.learning_rate
        if settings.stage == "loss_and_optimizer":
            plain = settings.optimizer == "SGD" and not (settings.momentum or settings.weight_decay)
            assert ("Nothing on screen has changed" in text) == plain
            return
        if settings.stage == "autograd":
            same(numbers("from 0 to 0 - N · (-30) = N", text), [rate, 30 * rate])
            return
        bend = 15 * (4 if settings.gradient == "notebook" else 1)
        told = numbers("1 - N · N = N", text)
        same(told, [rate, bend, 1 - rate * bend], abs=1.1e-3)
        factor = 1 - rate * bend
        says = {
            "long steps first": 0.001 < factor <= 0.9999, "a hair less": factor > 0.9999,
            "one step is enough": abs(factor) <= 0.001, "but nearer": -0.999 < factor <= -0.001,
            "farther away": factor <= -1.001,
        }  # fmt: skip
        for words, holds in says.items():
            if min(abs(factor - edge) for edge in (0.9999, 0.001, -0.001, -0.999, -1.001)) > 1e-9:
                assert (words in text) == holds
        if squared := numbers("that factor squared, N, every", text):
            same(squared, [factor**2])
            last = 30 * abs(factor) ** (2 * (settings.epochs - 1)) if abs(factor) < 1 else 30.0
            assert ("until rounding ends it" in text) == (last < 1e-24)

    tried(
        pytestconfig,
        check,
        120,
        lessons=of("one_weight", "numpy", "autograd", "loss_and_optimizer"),
    )


def test_where_the_line_with_a_bias_stands(pytestconfig):
    def check(settings):
        text, rate, epochs = notice(settings), settings.learning_rate, settings.epochs
        high = 8.5 + math.sqrt(8.5**2 - 5)  # of [[15, 5], [5, 2]]: trace 17, determinant 5
        low = 5 / high
        same(
            numbers("is N; along its floor N. Going along it turns the line about $x$ = N", text),
            [high, low, 5 / (2 - low)],
        )
        plain = settings.optimizer == "SGD" and not (settings.momentum or settings.weight_decay)
        here = f"epoch{'s' * (epochs > 1)} at {float(f'{rate:.4g}'):.4g}, "
        assert (here in text) == (plain and rate < 2 / high)
        w = b = alone = 0.0
        if here not in text:
            assert numbers("the tutorial's 1000 epochs at N nothing", text) == [0.001]
            rate, epochs, high_left = 0.001, 1000, 0.0
        else:
            high_left = abs(1 - rate * high) ** epochs
            assert ("at " + f"{float(f'{rate:.4g}'):.4g}, nothing to speak of" in text) == (
                high_left < 1e-3
            )
        for _ in range(epochs):
            w, b = w - rate * (15 * w + 5 * b - 30), b - rate * (5 * w + 2 * b - 10)
            alone -= rate * (15 * alone - 30)
        flat = (1 - rate * low) ** epochs
        told = numbers(
            STANDS,
            text,
        )
        assert (told is None) == (flat < 1e-3)
        if told:
            same(told, [b, 5 * w + b, 5 * alone], abs=1e-9)

    tried(pytestconfig, check, 80, lessons=of("one_weight", "linear"))


def own(settings):
    """Return x as it is, x as it is fitted, and y: numbers that a float32 has, as fractions."""
    if settings.data:
        x, y = np.array([line.split(",") for line in settings.data.split("\n")], dtype=float).T
    else:
        x = np.linspace(0.0, 10.0, settings.points)
        y = 2 * x + 1
    if settings.noise:
        y = y + settings.noise * np.random.default_rng([settings.seed, 1]).standard_normal(len(y))
    x, y = ([Fraction(float(value)) for value in np.float32(array)] for array in (x, y))
    mean = sum(x) / len(x)
    return x, [value - mean for value in x] if settings.centre else x, y


def test_the_valley_of_a_line_through_any_points(pytestconfig):
    def check(settings):
        text = notice(settings)
        raw, x, y = own(settings)
        count = len(x)
        mean, square = sum(x) / count, sum(value * value for value in x) / count
        variance = float(square - mean * mean)
        total = 2 * float(square) + 2
        high = (total + math.sqrt(max(total**2 - 16 * variance, 0.0))) / 2
        low = 4 * variance / high
        found = numbers(
            "Here it is N across the valley and N along it (the grey dashes), a ratio of N", text
        )
        same(found, [high, low, high / low])
        floor_is_told(text, x, y)
        tilted_as_told(text, raw, x, settings.centre)
        if turns := numbers("turns about $x$ = N", text):
            pivot = (
                (total - 2 - low) / float(2 * mean)
                if mean and total > 4
                else float(2 * mean) / (2 - low)
            )
            shift = float(sum(raw) / count) if settings.centre else 0.0
            same(turns, [pivot + shift], abs=1e-3 * math.sqrt(variance))
        borders_are_one(text, settings, high)
        hidden = notice(settings, awaited=True)
        assert "stable up to" not in hidden

    tried(pytestconfig, check, 250, lessons=of("linear_regression"))


def floor_is_told(text, x, y):
    """Least squares in fractions: what is left of y beside its mean and its share of x."""
    count = len(x)
    x0, y0 = sum(x) / count, sum(y) / count
    spread = sum((a - x0) ** 2 for a in x)
    slope = sum((a - x0) * (b - y0) for a, b in zip(x, y, strict=True)) / spread
    left = sum((b - y0 - slope * (a - x0)) ** 2 for a, b in zip(x, y, strict=True)) / count
    height = float(sum(b * b for b in y) / count)
    told = numbers("Here it is N, above 0", text)
    if told:
        same(told, [float(left)], abs=1e-12 * height)
        assert left > 0
    else:
        assert "Here it is 0: to the digits of a `float32`" in text
        assert float(left) < 1e-12 * height


def tilted_as_told(text, raw, x, centred):
    mean = float(sum(x) / len(x))
    tilt = abs(mean) > 1e-5 * math.sqrt(float(sum(value * value for value in x) / len(x)))
    assert ("No $x$ is below 0" in text) <= (min(raw) >= 0)
    assert ("No $x$ is above 0" in text) <= (max(raw) <= 0)
    if tilt:
        assert "valley is tilted" in text
        assert ("No $x$ is" in text) == (min(raw) >= 0 or max(raw) <= 0)
    if mean == 0 or centred:
        assert "the valley is not tilted" in text


def borders_are_one(text, settings, high):
    """The border of the text is that of the formulas, and that which the verdict names."""
    same(numbers("Plain descent is stable up to the rate 2 / N = N", text), [high, 2 / high])
    beside = numbers("with your settings of `SGD`, up to N", text)
    verdicts = " ".join(cause(Verdict("growing"), settings, str))
    if settings.optimizer != "SGD":
        assert beside is None
        assert verdicts == ""
        return
    momentum = settings.momentum
    top = 2 * (1 + momentum) / (1 + 2 * momentum if settings.nesterov else 1)
    border = top / (high + settings.weight_decay)
    (judged,) = [float(one) for one in re.findall(r"largest stable one, [^=]+ = " + N, verdicts)]
    same(judged, border)
    assert ("no rate comes to rest" in text) == (momentum == 1)
    if momentum < 1:
        same(beside[0] if beside else 2 / high, border)
