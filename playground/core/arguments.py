"""What a run gives to its lesson's `train`, by the names there."""

from __future__ import annotations

from typing import Any

from playground.core.settings import Settings

PASSED = ("degree", "gradient", "centre")  # to the lessons that have such a knob, as it is


def of(settings: Settings) -> dict[str, Any]:
    """Return the arguments after the points and the starting weights: numbers, words, None."""
    lesson = settings.lesson
    given: dict[str, Any] = {
        "epochs": settings.epochs,
        "learning_rate": settings.learning_rate,
    }
    given |= {name: getattr(settings, name) for name in PASSED if name in lesson.knobs}
    if "optimizer" in lesson.knobs:
        given |= {"optimizer": settings.optimizer, **torch_options(settings)}
    if lesson.form == "drawn":
        given["seed"] = settings.seed
    return given


def torch_options(settings: Settings) -> dict[str, Any]:
    """Return the optimizer's settings under the names that `torch.optim` has for them."""
    options = settings.options
    if "beta1" in options:
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
    if "etaminus" in options:
        options["etas"] = (options.pop("etaminus"), options.pop("etaplus"))
    if "line_search" in options:
        search = options.pop("line_search")
        options["line_search_fn"] = None if search == "none" else search
    return options
