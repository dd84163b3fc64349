"""What a learner may change about one run. Each bound is declared here, once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from playground.core import catalog, table, targets
from playground.core.catalog import Lesson
from playground.core.i18n import N_
from playground.core.settings.optimizers import OPTIMIZERS as OPTIMIZERS
from playground.core.settings.optimizers import TORCH_NAMES as TORCH_NAMES
from playground.core.settings.rules import Knob as Knob
from playground.core.settings.rules import KnobError as KnobError
from playground.core.settings.rules import check_names as check_names
from playground.core.settings.rules import knob as knob
from playground.core.weights import Weight
from playground.jobs.limits import EPOCHS

DEVICES = ("cpu", "cuda", "mps")
SLUGS = tuple(dict.fromkeys(lesson.slug for lesson in catalog.ALL))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a learner may change about one run. Equal settings make equal runs.

    Raises KnobError if a value breaks its rule; the text names the value and the rule.
    """

    ladder: str = knob("polynomial", choices=tuple(catalog.LADDERS))
    stage: str = knob("numpy", choices=SLUGS)
    target: str = knob("sin", choices=tuple(targets.TARGETS))
    data: str = knob("", form=table.form)
    points: int = knob(2000, low=10, high=10_000)
    noise: float = knob(0.0, low=0.0, high=2.0)
    seed: int = knob(0, low=0, high=2**31 - 1)
    device: str = knob("cpu", choices=DEVICES)
    degree: int = knob(3, low=1, high=9)
    gradient: str = knob("mean", choices=("mean", "notebook"))
    centre: bool = knob(False)
    epochs: int = knob(min(2000, EPOCHS), low=1, high=EPOCHS)
    learning_rate: float = knob(1e-6, low=1e-13, high=10.0, log=True)
    optimizer: str = knob("SGD", choices=tuple(OPTIMIZERS))
    momentum: float = knob(0.0, low=0.0, high=1.0)
    nesterov: bool = knob(False)
    weight_decay: float = knob(0.0, low=0.0, high=10.0)
    alpha: float = knob(0.99, low=0.0, high=0.99999)
    beta1: float = knob(0.9, low=0.0, high=0.99999)
    beta2: float = knob(0.999, low=0.0, high=0.99999)
    momentum_decay: float = knob(4e-3, low=0.0, high=1.0)
    eps: float = knob(1e-8, low=1e-20, high=1.0, log=True)
    lr_decay: float = knob(0.0, low=0.0, high=1.0)
    rho: float = knob(0.9, low=0.0, high=0.99999)
    etaminus: float = knob(0.5, low=0.01, high=0.99)
    etaplus: float = knob(1.2, low=1.01, high=5.0)
    max_iter: int = knob(20, low=4, high=50)
    history_size: int = knob(100, low=1, high=100)
    line_search: str = knob("strong_wolfe", choices=("none", "strong_wolfe"))

    def __post_init__(self) -> None:
        for name, rule in KNOBS.items():
            object.__setattr__(self, name, rule.check(name, getattr(self, name)))
        KNOBS["stage"].only(catalog.LADDERS[self.ladder].stages).check("stage", self.stage)
        if self.nesterov and self.momentum == 0:
            raise KnobError(N_("nesterov is True, but it needs a momentum above 0"))

    @classmethod
    def of(cls, stage: str, *, ladder: str = "polynomial", **given: Any) -> Settings:
        """Return the tutorial's settings for `stage` of `ladder`, with those in `given` changed.

        Raises KnobError for an unknown stage, a value out of bounds, or a knob that the stage
        does not have.
        """
        stages = catalog.LADDERS[KNOBS["ladder"].check("ladder", ladder)].stages
        lesson = stages[KNOBS["stage"].only(stages).check("stage", stage)]
        check_names(given, knobs(lesson, given.get("optimizer")), stage)
        return cls(
            ladder=ladder, stage=stage, **{**defaults(lesson, given.get("optimizer")), **given}
        )

    @property
    def lesson(self) -> catalog.Lesson:
        """The lesson these settings are for."""
        return catalog.LADDERS[self.ladder].stages[self.stage]

    @property
    def mean(self) -> bool:
        """Whether the loss is the mean of the squared errors, or their sum."""
        return self.lesson.mean

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The names and shapes of the weights, in the order that the lesson yields them in."""
        return self.lesson.form.weights(self)

    @property
    def options(self) -> dict[str, Any]:
        """The optimizer's own settings, by their names here; empty where a stage has none."""
        if "optimizer" not in self.lesson.knobs:
            return {}
        return {name: getattr(self, name) for name in OPTIMIZERS[self.optimizer].options}

    @property
    def torch_options(self) -> dict[str, Any]:
        """The optimizer's own settings under the names that `torch.optim` has for them."""
        options = self.options
        for theirs, ours in TORCH_NAMES.items():
            if ours[0] in options:
                values = [options.pop(name) for name in ours]
                options[theirs] = tuple(values) if len(ours) > 1 else values[0]
        if options.get("line_search_fn") == "none":
            options["line_search_fn"] = None
        return options

    @property
    def keywords(self) -> dict[str, Any]:
        """What the lesson's `train` is given by name, after the points and the weights."""
        lesson = self.lesson
        given: dict[str, Any] = {"epochs": self.epochs, "learning_rate": self.learning_rate}
        own = lesson.knobs - {"device", "optimizer"}  # the points carry their device
        given |= {name: getattr(self, name) for name in KNOBS if name in own}
        if "optimizer" in lesson.knobs:
            given |= {"optimizer": self.optimizer, **self.torch_options}
        if lesson.draws:
            given["seed"] = self.seed
        return given

    @property
    def plain_descent(self) -> bool:
        """Whether every step is exactly minus learning_rate times the gradient."""
        if "optimizer" not in self.lesson.knobs:
            return True
        return self.keeps_nothing and self.weight_decay == 0

    @property
    def keeps_nothing(self) -> bool:
        """Whether the optimizer has nothing to remember from one step to the next."""
        return OPTIMIZERS[self.optimizer].plain and self.momentum == 0

    @property
    def work(self) -> float:
        """About how many seconds the run takes on one core, to decide what may start unasked."""
        evaluations = self.max_iter if self.options and OPTIMIZERS[self.optimizer].closure else 1
        return self.epochs * evaluations * (70e-6 + self.points * 35e-9 * (self.degree + 1) / 4)


KNOBS: Mapping[str, Knob] = MappingProxyType(
    {f.name: f.metadata["knob"] for f in dataclasses.fields(Settings)}
)


def knobs(lesson: Lesson, optimizer: str | None = None) -> tuple[str, ...]:
    """Return the names of what a learner may set at `lesson` with `optimizer`.

    Raises KnobError for an optimizer that is unknown or cannot drive the lesson.
    """
    names = (
        *catalog.LADDERS[lesson.ladder].knobs,
        *(name for name in KNOBS if name in lesson.knobs),
    )
    if "optimizer" not in lesson.knobs:
        return names
    optimizer = KNOBS["optimizer"].check("optimizer", optimizer or lesson.defaults["optimizer"])
    if optimizer in lesson.optimizers_left_out:
        raise KnobError(lesson.optimizers_left_out[optimizer])
    return (*names, *OPTIMIZERS[optimizer].options)


def defaults(lesson: Lesson, optimizer: str | None = None) -> dict[str, Any]:
    """Return the tutorial's values at `lesson`; with another `optimizer`, that one's own."""
    values = {name: f.default for name, f in Settings.__dataclass_fields__.items()}
    del values["ladder"], values["stage"]
    tutorial = dict(lesson.defaults)
    if "epochs" in tutorial:  # a host may allow fewer than the tutorial takes
        tutorial["epochs"] = min(int(str(tutorial["epochs"])), EPOCHS)
    if "optimizer" not in lesson.knobs:
        return values | tutorial
    if optimizer in (None, tutorial["optimizer"]):
        return values | dict(OPTIMIZERS[str(tutorial["optimizer"])].options) | tutorial
    optimizer = KNOBS["optimizer"].check("optimizer", optimizer)
    rule = OPTIMIZERS[optimizer]
    rate = catalog.LADDERS[lesson.ladder].rates.get(optimizer, rule.learning_rate)
    kept = {name: tutorial[name] for name in ("epochs", "points") if name in tutorial}
    own = {"optimizer": optimizer, "learning_rate": rate, **rule.options}
    return values | kept | own
