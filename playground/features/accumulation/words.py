"""Words for the page about accumulation: its prose with the numbers filled in, and verdicts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core import texts
from playground.core.i18n import Translate, joined
from playground.features.accumulation import knobs
from playground.features.accumulation.knobs import POINTS, Checked, Forgotten, MicroBatches
from playground.features.accumulation.results import Cleared, Division, Fit, Walk, difference

Array = NDArray[np.float64]

CLEARING_LINES = {
    "keep": "",
    "zero_": "weights.grad.zero_()",
    "none": "weights.grad = None",
    "zero_grad": "optimizer.zero_grad()",
    "zero_grad_zeros": "optimizer.zero_grad(set_to_none=False)",
}


def prose(part: str, language: str, settings: Checked | None = None) -> tuple[str, str]:
    """Return the text of a part at its settings, as its opening and all that follows.

    settings: those on the page, or else the usual ones. In the file, a name is one of `facts`, and
    one of `tutorial` is that of the usual settings. Raises jinja2.UndefinedError for any other.
    """
    usual = {"forgotten": Forgotten(), "micro_batches": MicroBatches()}.get(part)
    known = facts(settings or usual)
    filled = texts.page(f"accumulation/{part}", language, **known, tutorial=facts(usual))
    opening, mark, rest = filled.partition("\n### ")
    return opening.strip(), (mark + rest).strip()


def facts(settings: Checked | None) -> dict[str, Any]:
    """Return what the text of a part may name, at `settings` of it."""
    if isinstance(settings, Forgotten):
        return _of_swings(settings)
    if isinstance(settings, MicroBatches):
        stable = knobs.mean_loss().stable_rate
        return {
            "points": POINTS,
            "rate": settings.rate,
            "stable": stable,
            "last": math.floor(stable / settings.rate),
            "is_tutorial": settings.rate == MicroBatches().rate,
        }
    return {}


def _of_swings(settings: Forgotten) -> dict[str, Any]:
    best, rate = knobs.summed_loss(), settings.fit_rate
    slow, fast = (knobs.period(rate, curve) for curve in best.eigenvalues[[0, -1]])
    return {
        "rate": rate,
        "stable": best.stable_rate,
        "forgetful": 2 * best.stable_rate,
        "slow": slow,
        "fast": fast,
        "slow_loss": slow / 2,
        "fast_loss": fast / 2,
        "is_tutorial": rate == Forgotten().fit_rate,
    }


def number(value: float) -> str:
    """Return `value` to four digits, in full where it is short enough to read."""
    shown = f"{value:.4g}"
    return f"{float(shown):,.0f}" if 1e4 <= abs(value) < 1e6 else shown


def said_of_loop(cleared: Cleared, _: Translate) -> str:
    """Return in words what `.grad` held at each step."""
    levels = _(", ").join(f"{grad[0]:g}" for grad in cleared.after_backward)
    if cleared.clearing == "keep":
        return _("Nothing clears it, so every call adds: {levels}.").format(levels=levels)
    text = _("`{line}` after every call, so each starts empty: {levels}.")
    return text.format(line=CLEARING_LINES[cleared.clearing], levels=levels)


def said_of_walk(walk: Walk, _: Translate) -> str:
    """Return in words how the calls went, and why."""
    last = walk.calls[-1]
    keeps = _(", ").join(f"`{kept}`" for kept in last.keeps)
    if walk.error:
        return _(
            "Call {call} failed. The first had freed what the product needs: {keeps}. Yet b.grad "
            "is already {b:g}: the gradient reached b before it came to the product. w.grad stayed "
            "{w:g}."
        ).format(call=len(walk.calls) - 1, keeps=keeps, b=last.b_grad, w=last.w_grad)
    if not last.keeps:
        return _(
            "Nothing is kept for a sum, because its derivatives are 1 whatever went in. So nothing "
            "is freed, and a further call works with or without retain_graph."
        )
    if not walk.retain_graph:
        return _("One call works. It freed what the product kept, {keeps}: try a second.").format(
            keeps=keeps
        )
    return _("The graph still keeps {keeps}, so every call finds it and adds again.").format(
        keeps=keeps
    )


def said_of_parts(
    settings: MicroBatches, divisions: Mapping[str, Division], _: Translate
) -> list[str]:
    """Return in words how far each way to divide is from the full batch, and what follows."""
    full = divisions["full"]
    off = {name: f"{division.off(full):.2g}" for name, division in divisions.items()}
    if settings.cut == "equal" or settings.k == 1:
        text = _(
            "Divided by k, the gradient differs from the full batch's by {off} times its "
            "length: rounding."
        )
        said = [text.format(off=off["by_k"])]
    else:
        text = _(
            "The parts are unequal, and a mean of their means is not the mean of all points: "
            "divided by k, the gradient is off by {off} times its length. Weighted by their share "
            "of the points, it is off by {share}: rounding."
        )
        said = [text.format(off=off["by_k"], share=off["by_share"])]
    return [*said, _said_of_undivided(settings, divisions["no"].times(full), _)]


def _said_of_undivided(settings: MicroBatches, times: float, _: Translate) -> str:
    if settings.cut != "equal":
        return _("Undivided it is {times:.4g} times as long.").format(times=times)
    text = _(
        "Undivided it is {times:.4g} times as long: a step at a rate of {rate}, where the "
        "largest stable one is {stable}."
    )
    stable = number(knobs.mean_loss().stable_rate)
    return text.format(times=times, rate=number(times * settings.rate), stable=stable)


def said_of_fits(settings: Forgotten, fits: Mapping[str, Fit], _: Translate) -> list[str]:
    """Return in words how each fit went, and whether forgetting equals momentum 1.0."""
    gap = difference(fits["forget"], fits["momentum"])
    text = _(
        "Forgetting beside momentum 1.0: the largest relative difference between their losses and "
        "weights is {gap:.2g}."
    )
    same = _("Not one bit differs: torch does the same additions in the same order.")
    beside = joined([text.format(gap=gap), same if gap == 0 else ""], _)
    return [_said_of_swing(settings, fits["clear"].loss, fits["forget"].loss, _), beside]


def _said_of_swing(settings: Forgotten, cleared: Array, forgot: Array, _: Translate) -> str:
    stable = knobs.summed_loss().stable_rate
    numbers = {"rate": settings.fit_rate, "stable": stable, "forgetful": 2 * stable}
    rises = np.diff(forgot) > 0
    if settings.fit_rate > 2 * stable:
        text = _(
            "The rate {rate} is too large for both: clearing allows up to 2/λmax = "
            "{stable}, forgetting up to 4/λmax = {forgetful}."
        )
    elif settings.fit_rate > stable:
        text = _(
            "At the rate {rate} the fit that clears runs away, sooner or later: it allows up to "
            "2/λmax = {stable}. The one that forgets allows twice that, and swings on."
        )
    elif not rises.any():
        curvature = knobs.summed_loss().eigenvalues[-1]
        numbers["fast"] = knobs.period(settings.fit_rate, curvature)
        text = _(
            "Too few epochs to see it swing: at the rate {rate} even the fastest swing of the "
            "weights takes {fast} epochs."
        )
    else:
        text, more = _swinging(cleared, forgot, rises, _)
        numbers |= more
    return text.format(**{name: number(value) for name, value in numbers.items()})


def _swinging(
    cleared: Array, forgot: Array, rises: NDArray[np.bool_], _: Translate
) -> tuple[str, dict[str, float]]:
    """Return what to say where the loss rises again, and its numbers."""
    middle, turn = len(forgot) // 2, int(np.argmax(rises))
    numbers = {"last": cleared[-1]}
    if len(np.unique(rises[middle:])) == 2:
        numbers |= {"low": forgot[middle:].min(), "high": forgot[middle:].max()}
        text = _(
            "Cleared, the loss ends at {last}. Forgotten, it still swings between {low} "
            "and {high} in the second half, and will not stop."
        )
    else:
        numbers |= {"low": forgot[turn], "high": forgot[turn:].max()}
        text = _(
            "Cleared, the loss ends at {last}. Forgotten, it falls to {low} and then rises again, "
            "up to {high}: more epochs show how it swings on."
        )
    return text, numbers
