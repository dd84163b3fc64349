"""A net as a stage more of the ladder, while a test runs: what a lesson of any shape needs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from playground.core import texts
from playground.core.catalog import LADDERS, Lesson
from playground.core.data import OfTarget
from playground.core.forms import Form
from playground.core.settings import KNOBS
from playground.core.weights import Weight

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Net(Form):
    """One hidden layer of tanh, as wide as the knob `degree` says."""

    def weights(self, settings):
        wide = settings.degree
        return (
            Weight("0.weight", (wide, 1)),
            Weight("0.bias", (wide,)),
            Weight("2.weight", (1, wide)),
            Weight("2.bias", (1,)),
        )

    def curves(self, settings, weights, x):
        wide = settings.degree
        w, b, v, c = np.split(weights, [wide, 2 * wide, 3 * wide], axis=-1)
        hidden = np.tanh(w[:, None, :] * x[:, None] + b[:, None, :])
        return ((hidden * v[:, None, :]).sum(axis=-1) + c)[None]

    def code(self, settings):
        wide = settings.degree
        return (
            f"w, b, v, c = np.split(np.array(weights), [{wide}, {2 * wide}, {3 * wide}])\n"
            "curve = np.tanh(at[:, None] * w + b) @ v + c"
        )


class Here(Lesson):
    """A lesson whose file lies beside this one."""

    @property
    def path(self):
        return HERE / f"fit_{self.slug}.py"

    @property
    def module(self):
        return f"{__package__}.fit_{self.slug}"


NET = Here(
    ladder="polynomial",
    slug="layers",
    form=Net(),
    sample=OfTarget(),
    mean=True,
    defaults={"learning_rate": 0.01, "epochs": 150},
    knobs=frozenset({"device", "degree"}),
    quadratic=False,
)


@pytest.fixture(autouse=True)
def net(monkeypatch):
    """Put the net on the ladder, in the place that every module knows it by."""
    ladder, page = LADDERS["polynomial"], texts.page
    monkeypatch.setitem(vars(ladder), "stages", {**ladder.stages, NET.slug: NET})
    monkeypatch.setitem(vars(ladder), "lessons", (*ladder.lessons, NET))
    rule = KNOBS["stage"]
    monkeypatch.setitem(vars(rule), "choices", (*rule.choices, NET.slug))

    def written(name, language, **counts):
        if name == f"{NET.ladder}/{NET.slug}":
            return (HERE / f"{NET.slug}.md").read_text(encoding="utf-8")
        return page(name, language, **counts)

    monkeypatch.setattr(texts, "page", written)
    return NET
