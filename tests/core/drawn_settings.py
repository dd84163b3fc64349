"""Settings as a learner may leave them, drawn by Hypothesis: at every lesson, with every knob."""

import math

from hypothesis import strategies as st

from playground.core import catalog
from playground.core.settings import KNOBS, OPTIMIZERS, Settings, knobs
from playground.core.targets import TARGETS

COUNTS = st.one_of(st.integers(10, 200), st.sampled_from((1999, 2000, 2001, 10_000)))
EPOCHS = st.one_of(st.integers(1, 60), st.sampled_from((200, 1000, 2000, 3000, 30_000)))


def logarithmic(low, high):
    """Numbers from `low` to `high`, as many in each decade."""
    return st.floats(math.log10(low), math.log10(high)).map(lambda power: _within(power, low, high))


def _within(power, low, high):
    return min(max(float(f"{10**power:.4g}"), low), high)


@st.composite
def tables(draw):
    """Points of a learner's own: two, close together, far away, repeated, all of one height."""
    count = draw(st.integers(2, 12))
    centre, spread = draw(
        st.sampled_from(((0, 1), (0, 30), (5, 5), (-40, 3), (2000, 20), (9e5, 5e4), (0, 1e-3)))
    )
    places = st.integers(-1000, 1000).map(lambda k: centre + spread * k / 1000)
    xs = draw(st.lists(places, min_size=count, max_size=count))
    heights = draw(st.sampled_from((0, 1, 1000, 8e5)))
    ys = [heights * draw(st.integers(-100, 100)) / 100 + 1 for _ in xs]
    if draw(st.booleans()):  # symmetric about 0
        xs, ys = [*xs, *(-x for x in xs)], [*ys, *ys]
    if draw(st.booleans()):
        xs[1:2], ys[1:2] = [xs[0]], [ys[0]]
    xs[-1] = xs[0] + spread
    return "\n".join(f"{x:.9g},{y:.9g}" for x, y in zip(xs, ys, strict=True))


def rates(border):
    """Learning rates of all sizes, most of them on both sides of `border`."""
    rule = KNOBS["learning_rate"]
    near = st.sampled_from((1e-4, 0.01, 0.3, 0.5, 0.9, 0.99, 1.01, 1.2, 1.9, 2.1, 10.0))
    about = near.map(lambda share: min(max(share * border, rule.low), rule.high))
    return st.one_of(about, logarithmic(rule.low, rule.high))


def option(name):
    """Values of one setting of an optimizer."""
    rule = KNOBS[name]
    if rule.choices or rule.kind is bool:
        return st.sampled_from(rule.choices or (False, True))
    if name == "momentum":
        return st.sampled_from((0.0, 0.0, 0.1, 0.5, 0.9, 0.99, 1.0))
    if name == "weight_decay":
        return st.sampled_from((0.0, 0.0, 0.01, 1.0, 10.0))
    if rule.kind is int:
        return st.integers(rule.low, rule.high)
    return logarithmic(rule.low, rule.high) if rule.log else st.floats(rule.low, rule.high)


@st.composite
def shown(draw, lessons=catalog.ALL):
    """The settings of a page; now and then the tutorial's own."""
    lesson = draw(st.sampled_from(lessons))
    if draw(st.integers(0, 9)) == 0:
        return Settings.of(lesson.slug, ladder=lesson.ladder)
    optimizer = None
    if "optimizer" in lesson.knobs:
        known = [one for one in OPTIMIZERS if one not in lesson.optimizers_left_out]
        optimizer = draw(st.one_of(st.just(lesson.defaults["optimizer"]), st.sampled_from(known)))
    names = set(knobs(lesson, optimizer))
    border = {"polynomial": 3.6e-6, "one_weight": 0.12, "linear_regression": 0.028}[lesson.ladder]
    kinds = {
        "target": st.sampled_from(tuple(TARGETS)),
        "points": COUNTS if lesson.ladder == "polynomial" else st.integers(10, 200),
        "noise": st.sampled_from((0.0, 0.0, 0.1, 2.0)),
        "seed": st.integers(0, 1000),
        "degree": st.integers(1, 9),
        "gradient": st.sampled_from(("mean", "notebook")),
        "centre": st.booleans(),
        "data": st.one_of(st.just(""), tables()),
        "epochs": EPOCHS,
        "learning_rate": rates(border),
    }
    given = {name: draw(kind) for name, kind in kinds.items() if name in names}
    if optimizer and draw(st.booleans()):
        given |= {name: draw(option(name)) for name in OPTIMIZERS[optimizer].options}
    given["nesterov"] = bool(given.get("nesterov") and given.get("momentum"))
    if "nesterov" not in names:
        del given["nesterov"]
    more = {"optimizer": optimizer} if optimizer else {}
    return Settings.of(lesson.slug, ladder=lesson.ladder, **given, **more)
