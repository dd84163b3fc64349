"""What a learner may change about one run. Each bound is declared here, once."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from playground import catalog, table
from playground.catalog import Lesson
from playground.jobs.limits import EPOCHS

TARGETS = ("sin", "cos", "exp", "gauss", "abs", "step", "sin3", "cubic")
DEVICES = ("cpu", "cuda", "mps")
STAGES = tuple(dict.fromkeys(lesson.slug for lesson in catalog.ALL))


@dataclass(frozen=True, kw_only=True)
class Knob:
    """The type of one setting, and the values it may take."""

    kind: type
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    log: bool = False
    form: Callable[[str], str] | None = None
    """Gives a text the form that equal texts share; raises ValueError if it means nothing."""

    @property
    def rule(self) -> str:
        """The rule that a value must keep, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.kind is bool:
            return "true or false"
        noun = "a whole number" if self.kind is int else "a number"
        return f"{noun} from {self.low:g} to {self.high:.10g}"

    def check(self, name: str, value: object) -> Any:
        """Return `value` in this knob's type; raise ValueError if it breaks the rule."""
        if self.form:
            return self.form(str(value))
        shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
        wrong = ValueError(f"{name} is {shown}, but it must be {self.rule}")
        if self.choices or self.kind is bool:
            if value not in (self.choices or (True, False)):
                raise wrong
            return value if self.choices else bool(value)
        if isinstance(value, bool):
            raise wrong
        try:
            number = self.kind(value)
            if not self.low <= number <= self.high or number != float(value):  # type: ignore[arg-type]
                raise wrong
        except (TypeError, ValueError, OverflowError):
            raise wrong from None
        return number

    def only(self, choices: Iterable[str]) -> Knob:
        """Return this knob with fewer choices."""
        return dataclasses.replace(self, choices=tuple(choices))

    def parse(self, name: str, text: str) -> Any:
        """Return the value that `text` in a link stands for; raise ValueError if it is none."""
        if self.kind is bool:
            return self.check(name, {"true": True, "false": False}.get(text.lower(), text))
        return self.check(name, text)


def knob(default: Any, **rule: Any) -> Any:
    """Declare a field of `Settings`: its default, and the bounds of its `Knob`."""
    return field(default=default, metadata={"knob": Knob(kind=type(default), **rule)})


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """What one optimizer of `torch.optim` can be told, with the values it starts from here."""

    learning_rate: float
    options: Mapping[str, object] = field(default_factory=dict)


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        "SGD": Optimizer(
            learning_rate=1e-6, options={"momentum": 0.0, "nesterov": False, "weight_decay": 0.0}
        ),
        "RMSprop": Optimizer(
            learning_rate=1e-3, options={"alpha": 0.99, "eps": 1e-8, "momentum": 0.0}
        ),
        "Adam": Optimizer(
            learning_rate=1e-2,
            options={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.0},
        ),
        "AdamW": Optimizer(
            learning_rate=1e-2,
            options={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
        ),
        "NAdam": Optimizer(
            learning_rate=1e-2,
            options={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 4e-3},
        ),
        "RAdam": Optimizer(  # its first five steps are plain momentum, not scaled by the gradient
            learning_rate=2e-6, options={"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
        ),
        "Adagrad": Optimizer(learning_rate=0.3, options={"lr_decay": 0.0, "eps": 1e-10}),
        "Adadelta": Optimizer(learning_rate=0.1, options={"rho": 0.9, "eps": 1e-6}),
        "Rprop": Optimizer(learning_rate=1e-2, options={"etaminus": 0.5, "etaplus": 1.2}),
        "LBFGS": Optimizer(
            learning_rate=1.0,
            options={"max_iter": 20, "history_size": 100, "line_search": "strong_wolfe"},
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a learner may change about one run. Equal settings make equal runs.

    Raises ValueError if a value breaks its rule; the text names the value and the rule.
    """

    ladder: str = knob("polynomial", choices=tuple(catalog.LADDERS))
    stage: str = knob("numpy", choices=STAGES)
    target: str = knob("sin", choices=TARGETS)
    data: str = knob("", form=table.form)
    points: int = knob(2000, low=10, high=10_000)
    noise: float = knob(0.0, low=0.0, high=2.0)
    seed: int = knob(0, low=0, high=2**31 - 1)
    device: str = knob("cpu", choices=DEVICES)
    degree: int = knob(3, low=1, high=9)
    gradient: str = knob("mean", choices=("mean", "notebook"))
    centre: bool = knob(False)
    epochs: int = knob(min(2000, EPOCHS), low=1, high=EPOCHS)
    learning_rate: float = knob(1e-6, low=1e-10, high=10.0, log=True)
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
            raise ValueError("nesterov is True, but it needs a momentum above 0")

    @classmethod
    def of(cls, stage: str, *, ladder: str = "polynomial", **given: Any) -> Settings:
        """Return the tutorial's settings for `stage` of `ladder`, with those in `given` changed.

        Raises ValueError for an unknown stage, a value out of bounds, or a knob that the stage
        does not have.
        """
        stages = catalog.LADDERS[KNOBS["ladder"].check("ladder", ladder)].stages
        lesson = stages[KNOBS["stage"].only(stages).check("stage", stage)]
        known = knobs(lesson, given.get("optimizer"))
        for name in given:
            if name not in KNOBS or name == "stage":
                raise ValueError(f"there is no knob {name!r}; {stage} has {', '.join(known)}")
            if name not in known:
                raise ValueError(f"{name} is no knob of {stage} here; it has {', '.join(known)}")
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
        return catalog.LADDERS[self.ladder].mean

    @property
    def options(self) -> dict[str, Any]:
        """The optimizer's own settings, by their names here; empty where a stage has none."""
        if "optimizer" not in self.lesson.knobs:
            return {}
        return {name: getattr(self, name) for name in OPTIMIZERS[self.optimizer].options}

    @property
    def plain_descent(self) -> bool:
        """Whether every step is exactly minus learning_rate times the gradient."""
        if "optimizer" not in self.lesson.knobs:
            return True
        return self.optimizer == "SGD" and self.momentum == 0 and self.weight_decay == 0

    @property
    def work(self) -> float:
        """About how many seconds the run takes on one core, to decide what may start unasked."""
        evaluations = self.max_iter if self.options and self.optimizer == "LBFGS" else 1
        return self.epochs * evaluations * (70e-6 + self.points * 35e-9 * (self.degree + 1) / 4)


KNOBS: Mapping[str, Knob] = MappingProxyType(
    {f.name: f.metadata["knob"] for f in dataclasses.fields(Settings)}
)


def knobs(lesson: Lesson, optimizer: str | None = None) -> tuple[str, ...]:
    """Return the names of what a learner may set at `lesson` with `optimizer`.

    Raises ValueError for an optimizer that is unknown or cannot drive the lesson.
    """
    names = (
        *catalog.LADDERS[lesson.ladder].knobs,
        *(name for name in KNOBS if name in lesson.knobs),
    )
    if "optimizer" not in lesson.knobs:
        return names
    optimizer = KNOBS["optimizer"].check("optimizer", optimizer or lesson.defaults["optimizer"])
    if optimizer in lesson.optimizers_left_out:
        raise ValueError(
            f"{optimizer} cannot train {lesson.slug}: {lesson.optimizers_left_out[optimizer]}"
        )
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
