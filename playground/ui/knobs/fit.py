"""The knobs of a fit: what is fitted, at which rate, on which points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from playground.core.settings import KNOBS
from playground.core.targets import TARGETS
from playground.ui import task
from playground.ui.knobs import builder, points
from playground.ui.knobs.builder import Values, ask, known
from playground.ui.language import _

RATES = [*(float(f"{m}e{e}") for e in range(-10, 0) for m in (1, 1.5, 2, 3, 4, 5, 7)), 1.0]


def rate(values: Values, label: str = "", *, slider: bool = True) -> float:
    """Show the learning rate, typed and, with `slider`, as one; `label` is for one without."""
    usual = float(values["learning_rate"])
    above = st.container() if slider else None
    chosen: float = ask(
        "learning_rate",
        usual,
        label or _("Learning rate, typed"),
        step=usual / 10,
        format="%.3e",
        label_visibility="collapsed" if slider else "visible",
        width="stretch" if slider else 200,
    )
    if above:
        mark = float(f"{chosen:.4g}")
        about = _("How far one step goes: the step is minus this rate times the gradient.")
        with above:
            slide(_("Learning rate"), sorted({*RATES, mark}), mark, key="rate_slider", help=about)
    return chosen


def slide(label: str, rates: Sequence[float], rate: float, *, key: str, **look: Any) -> None:
    """Show a slider over `rates`, at `rate`, that turns the learning rate, where that is shown."""
    if task.hidden("learning_rate"):
        return
    st.session_state[key] = rate
    st.select_slider(
        label,
        rates,
        format_func="{:.4g}".format,
        key=key,
        on_change=lambda: take_rate(st.session_state[key]),
        disabled=task.locked("learning_rate"),
        **look,
    )


def take_rate(rate: float) -> None:
    """Turn the learning rate to `rate`, within its bounds, unless a task keeps it."""
    rule = KNOBS["learning_rate"]
    builder.turn({"learning_rate": min(max(rate, rule.low), rule.high)})


def target(values: Values) -> str:
    """Show the functions to fit."""
    formulas = " · ".join(f"{name}: ${one.latex}$" for name, one in TARGETS.items())
    chosen: str = ask("target", values["target"], _("Target function"), menu=True, help=formulas)
    return chosen


def gradient(values: Values) -> str:
    """Show the two gradients that a lesson may write by hand."""
    chosen: str = ask(
        "gradient",
        values["gradient"],
        _("Gradient by hand"),
        width="stretch",
        help=_("`mean` is the gradient of the loss. `notebook` has summed before it averages."),
    )
    return chosen


def own_points(values: Values, count: int | None = None) -> str:
    """Show the ways to give points of one's own; nothing of it where a task keeps them.

    count: how many there are to begin with, where no knob `points` says it.
    """
    if task.keeps("data"):
        kept: str = task.from_link("data", values["data"])
        return kept
    seed: int = known("seed", values) if "seed" in values else 0
    return points.given(count or known("points", values), seed)


def centre(values: Values) -> bool:
    """Show the switch that takes the mean of x off x."""
    chosen: bool = ask(
        "centre",
        values["centre"],
        _("Centre x"),
        help=_("Take the mean of x off x before the fit: it changes the curvature, not the line."),
    )
    return chosen
