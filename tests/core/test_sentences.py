"""Every sentence of the cubic's lessons is true of the settings on the page.

The oracle works in float64 and with none of the project's functions: it makes the points anew, has
the curvatures of a matrix of its own, and steps in a loop.
"""

import math
import re

import numpy as np
import pytest

from playground.core import texts
from playground.core.settings import Settings
from playground.core.verdict import Verdict
from playground.core.verdict_words import cause
from tests.core.sentences import notice, numbers, of, same, tried

NUMBER = re.compile(r"(?<![\w.{^])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w}])")
FUNCTIONS = {
    "sin": np.sin, "cos": np.cos, "exp": lambda x: np.exp(x / 2), "abs": np.abs, "step": np.sign,
    "gauss": lambda x: np.exp(-x * x), "sin3": lambda x: np.sin(3 * x),
    "cubic": lambda x: x**3 / 10 - x / 2,
}  # fmt: skip
ODD = {"sin", "step", "sin3", "cubic"}
TUTORIAL = {"points": 2000, "border": 3.558e-6}
FLAT = "lowering `c`, with the curvature N, and raising `b` while lowering `d`, with N"


def test_every_text_is_whole_and_says_the_same_in_both_languages(pytestconfig):
    def check(settings):
        for awaited in (False, True):
            both = [texts.prose_for(settings, lang, awaited=awaited) for lang in ("en", "zh")]
            for text in both:
                said = re.sub(r"`[^`]+`", "code", "\n".join([text.new, text.notice]))
                assert not re.search(r"\bnan\b|\binf\b|∞|None|True|False|[{][{%]|\S  +\S", said)
                assert not re.search(r"\b1 epochs|,\s*[,.]|\(\)|。。|，，", said)
            found = [{n for n in NUMBER.findall(text.notice) if len(n) > 1} for text in both]
            assert found[0] == found[1]

    tried(pytestconfig, check, 250)


def test_what_to_try_and_the_tasks_speak_of_their_links_alone(pytestconfig):
    def check(settings):
        usual, here = texts.prose(settings.lesson, "en"), texts.prose_for(settings, "en")
        assert (here.tries, here.tasks, here.title) == (usual.tries, usual.tasks, usual.title)

    tried(pytestconfig, check, 60)


def powers(settings, degree=3):
    """Return the columns 1, x, x**2, ... and y."""
    x = np.linspace(-math.pi, math.pi, settings.points)
    y = FUNCTIONS[settings.target](x)
    if settings.noise:
        y = y + settings.noise * np.random.default_rng([settings.seed, 1]).standard_normal(len(x))
    return np.stack([x**k for k in range(degree + 1)], axis=1), y


def bends(columns, scale=2.0):
    return np.linalg.svd(columns, compute_uv=False)[::-1] ** 2 * scale


def test_numpys_curvatures_and_first_epochs(pytestconfig):
    def check(settings):
        text = notice(settings)
        columns, y = powers(settings)
        low, *_between, high = bends(columns)
        same(
            numbers("it runs from N to $\\lambda_{\\max}$ = N, a ratio of N", text),
            [low, high, high / low],
        )
        ac, bd = (bends(columns[:, pair])[0] for pair in ([0, 2], [1, 3]))
        same(
            numbers(
                FLAT,
                text,
            ),
            [ac, bd],
        )
        (border,) = numbers("up to a rate of $2/\\lambda_{\\max}$ = N", text)
        same(border, 2 / high)
        verdicts = next(cause(Verdict("growing"), settings, str))
        same(border, float(re.search(r"2/λmax = (\S+?)[:,.]? ", f"{verdicts} ")[1]))
        assert ("on your" in text) == (settings.points != TUTORIAL["points"])
        if settings.points != TUTORIAL["points"]:
            same(numbers("and up to N on the tutorial's 2000", text), [TUTORIAL["border"]])
        path = descent(columns, y, settings)
        look = len(path) - 1
        first = numbers("`d` goes from N to N, `c` from N to N, `b` from N to N", text)
        assert (first is None) == (look < 2 or settings.learning_rate > 2 / high)
        if first:
            same(first, [path[k][w] for w in (3, 2, 1) for k in (0, look)], abs=1e-10)
        assert ("drops at once" in text) == in_order(path, columns, y, settings)
        hidden = notice(settings, awaited=True)
        assert "stable up to" not in hidden
        assert "goes from" not in hidden

    tried(pytestconfig, check, 120, lessons=of("polynomial", "numpy"))


def descent(columns, y, settings):
    """Return the weights before each of the first ten steps or fewer, and after the last."""
    weights = np.random.default_rng(settings.seed).standard_normal(columns.shape[1])
    path = [weights]
    for _ in range(min(10, settings.epochs - 1)):
        slope = 2 * columns.T @ (columns @ path[-1] - y)
        path.append(path[-1] - settings.learning_rate * slope)
    return path


def in_order(path, columns, y, settings):
    """Return whether d drops at once, c follows and b crawls, as the text has it."""
    if len(path) < 11 or settings.learning_rate * bends(columns)[-1] >= 1:
        return False
    _a, b, c, d = np.array(path).T
    way = abs(np.linalg.lstsq(columns, y, rcond=None)[0][1] - b[0])
    drops = d[0] > d[10] and d[0] - d[3] >= 0.8 * (d[0] - d[10])
    return bool(drops and c[0] > c[5] > c[10] and abs(b[10] - b[0]) <= 0.05 * way)


def test_the_stages_of_the_cubic(pytestconfig):
    def check(settings):
        text, slug = notice(settings), settings.stage
        columns, y = powers(settings)
        border = 2 / bends(columns)[-1]
        odd = settings.target in ODD and not settings.noise
        rate, plain = settings.learning_rate, settings.optimizer == "SGD"
        plain = plain and not (settings.momentum or settings.weight_decay)
        tutorial = settings == Settings.of(slug)
        if slug == "tensor" and abs(rate / border - 1) > 1e-6:
            assert ("At a stable rate the curve is NumPy's" in text) == (rate > border)
        if slug == "custom_function":
            assert ("start at 0 and stay there" in text) == odd
            side = "above" if rate > border else "below"
            same(
                numbers(f"is {side} the limit for the weights of a cubic polynomial, N", text),
                [border],
            )
            assert ("With the tutorial's settings" in text) == (not tutorial)
        if slug == "module":
            assert ("by hand: the run is Autograd's again" in text) == plain
        if slug == "dynamic":
            deep = float(np.square(columns @ np.linalg.lstsq(columns, y, rcond=None)[0] - y).sum())
            told = numbers("here N, and with $x^5$", text)
            assert (told is None) == (deep < 1e-13 * float(y @ y))
            if told:
                same(told, [deep])
            assert ("an odd target" in text) == odd
            assert ("so it ends near 0" in text) == tutorial
            same(
                numbers("of degree 5 is stable up to N", text),
                [2 / bends(powers(settings, 5)[0])[-1]],
            )
            assert "stable up to" not in notice(settings, awaited=True)

    lessons = of("polynomial", "tensor", "autograd", "custom_function", "module", "dynamic")
    tried(pytestconfig, check, 150, lessons=lessons)


def test_any_degree_and_the_first_step_of_rmsprop(pytestconfig):
    def check(settings):
        text, new = notice(settings), texts.prose_for(settings, "en").new
        if settings.stage == "nn":
            assert numbers("a polynomial of degree N in", text) == [settings.degree]
            assert numbers("number of points, here N:", text) == [settings.points]
            assert ("the same as before" in text) == (settings.degree == 3)
            names = "bcdefghij"[: settings.degree]
            assert f"its `weight` is {', '.join(f'`{name}`' for name in names)}." in new
            return
        assert ("Here it is `RMSprop`" in new) == (settings.optimizer == "RMSprop")
        columns, y = powers(settings, settings.degree)
        weights = np.random.default_rng(settings.seed).standard_normal(columns.shape[1])
        slope = np.abs(2 * columns.T @ (columns @ weights - y))
        step = slope / (np.sqrt((1 - settings.alpha) * slope**2) + settings.eps)
        if "With the tutorial's RMSprop" in text:
            assert numbers("goes about the rate, N,", text) == [0.001]
            same(numbers("= N times as long", text), [10.0])
            return
        assert (settings.optimizer, settings.momentum) == ("RMSprop", 0)
        same(numbers("goes about the rate, N,", text), [settings.learning_rate])
        told = numbers("= N times the rate", text) or [1.0]
        assert step == pytest.approx(told[0], rel=0.02)
        assert ("With the tutorial's settings it never" in text) == (
            settings != Settings.of("optim")
        )

    tried(pytestconfig, check, 120, lessons=of("polynomial", "nn", "optim"))
