"""What each optimizer of `torch.optim` can be told, and the values it starts from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """What one optimizer of `torch.optim` can be told, with the values it starts from here."""

    learning_rate: float
    options: Mapping[str, object] = field(default_factory=dict)
    plain: bool = False
    """Whether its step is minus the rate times the gradient, where no option adds to it."""
    closure: bool = False
    """Whether each step asks for the loss again, up to `max_iter` times, through a closure."""


TORCH_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lr": ("learning_rate",),
        "betas": ("beta1", "beta2"),
        "etas": ("etaminus", "etaplus"),
        "line_search_fn": ("line_search",),
    }
)
"""A name of torch's -> the knobs it stands for; every other option has one name, torch's."""


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        "SGD": Optimizer(
            learning_rate=1e-6,
            options={"momentum": 0.0, "nesterov": False, "weight_decay": 0.0},
            plain=True,
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
            closure=True,
        ),
    }
)
