"""The racers: a new one is one more entry of `RACERS`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from playground.core.i18n import N_
from playground.core.plotting import DATA, FIT, GRADIENT, ORANGE, SKY, TARGET


@dataclass(frozen=True)
class Style:
    """How a racer is drawn; `sign` is its marker in a table."""

    color: str
    symbol: str
    sign: str
    dash: str


@dataclass(frozen=True, kw_only=True)
class Entrant:
    """What there is to know about a racer.

    optimizer, options: its optimizer in `torch.optim`, and the options that make it what it is.
    about: what it does, in a sentence.
    by_hand: the lesson that makes the same steps without torch.optim, if there is one.
    by_curvature, by_distance: the largest good rate, as the rate times the largest curvature and
        as the rate over the distance to the lowest point. Plain steps are limited by the first,
        scaled steps by the second; neither if it finds the length of its step by itself.
    """

    optimizer: str
    options: Mapping[str, object] = field(default_factory=dict)
    about: str
    by_hand: str = ""
    style: Style
    by_curvature: float = math.inf
    by_distance: float = math.inf


RACERS: Mapping[str, Entrant] = MappingProxyType(
    {
        "SGD": Entrant(
            optimizer="SGD",
            about=N_("Keeps nothing: each step is minus the rate times the gradient."),
            by_hand="by_hand_sgd",
            style=Style(FIT, "circle", "●", "solid"),
            by_curvature=1.0,
        ),
        "momentum": Entrant(
            optimizer="SGD",
            options={"momentum": 0.9},
            about=N_("Keeps a sum of past gradients that fades, and goes along it."),
            by_hand="by_hand_sgd",
            style=Style(ORANGE, "square", "■", "solid"),
            by_curvature=0.7,
        ),
        "Nesterov": Entrant(
            optimizer="SGD",
            options={"momentum": 0.9, "nesterov": True},
            about=N_("Keeps the same sum, and steps as if it had already acted once more."),
            by_hand="by_hand_sgd",
            style=Style(ORANGE, "triangle-right", "▶", "dot"),
            by_curvature=0.7,
        ),
        "RMSprop": Entrant(
            optimizer="RMSprop",
            about=N_("Keeps a mean of the squared gradients, and divides by its root."),
            by_hand="by_hand_rmsprop",
            style=Style(TARGET, "diamond", "◆", "dash"),
            by_distance=0.02,
        ),
        "Adam": Entrant(
            optimizer="Adam",
            about=N_("Keeps both means, of gradients and of squares, both corrected at first."),
            by_hand="by_hand_adam",
            style=Style(SKY, "triangle-up", "▲", "solid"),
            by_distance=0.1,
        ),
        "AdamW": Entrant(
            optimizer="AdamW",
            about=N_("Adam, but the decay shrinks the weights directly, not by way of the means."),
            by_hand="by_hand_adamw",
            style=Style(SKY, "triangle-down", "▼", "dash"),
            by_distance=0.1,
        ),
        "NAdam": Entrant(
            optimizer="NAdam",
            about=N_("Adam that looks ahead, as Nesterov does."),
            style=Style(FIT, "triangle-left", "◀", "dash"),
            by_distance=0.05,
        ),
        "RAdam": Entrant(
            optimizer="RAdam",
            about=N_("Adam that first steps unscaled, until its mean of squares can be trusted."),
            style=Style(DATA, "cross", "✚", "dashdot"),
            by_curvature=2.0,
            by_distance=0.1,
        ),
        "Adagrad": Entrant(
            optimizer="Adagrad",
            about=N_(
                "Keeps the sum of all squared gradients: each weight's rate only gets smaller."
            ),
            style=Style(TARGET, "pentagon", "⬟", "dot"),
            by_distance=0.5,
        ),
        "Adadelta": Entrant(
            optimizer="Adadelta",
            about=N_("Keeps means of squared gradients and squared steps: scales by a ratio."),
            style=Style(DATA, "x", "✖", "dot"),
            by_distance=10.0,
        ),
        "Rprop": Entrant(
            optimizer="Rprop",
            about=N_("Keeps a step size for each weight; signs alone make it longer or shorter."),
            style=Style(GRADIENT, "star", "★", "dashdot"),
            by_distance=0.05,
        ),
        "LBFGS": Entrant(
            optimizer="LBFGS",
            options={"max_iter": 4},  # so that its path can be seen
            about=N_("Keeps past steps and gradients to guess the curvature; asks more often."),
            style=Style(GRADIENT, "hexagon", "⬢", "solid"),
        ),
    }
)
