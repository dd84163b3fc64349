"""Words for the page of learning rates: its prose with the numbers filled in, and what it found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from playground.core import texts
from playground.core.i18n import N_, Translate, joined
from playground.core.settings import Settings
from playground.features.learning_rates import bases, knobs, speeds
from playground.features.learning_rates.knobs import LIMIT, Lab
from playground.features.learning_rates.results import Attempt, Basis, Fewest, Swept

TABS = ("sweep", "challenge", "conditioning")
EXPLODING = 4e-6  # the rate that a newcomer tries next

HEADLINES = {
    "sweep": N_("**The sweep**  A hundred rates at once: press a mark to watch its run."),
    "challenge": N_("**The challenge**  Arrive in the fewest epochs, with one rate."),
    "conditioning": N_("**Conditioning**  The same curves, written with other weights."),
}
RATE_RULES = {
    "crawling": N_("on its way"),
    "good": N_("arrived, and stayed: {goal}"),
    "oscillating": N_(
        "not arrived: more than half of its last steps turn back, or its loss has risen by more "
        "than 1 % in the second half"
    ),
    "diverged": N_(
        "at the border or above, and rising at the end, far above its start, or no longer finite"
    ),
}


def prose(part: str, language: str, lab: Lab | None = None) -> str:
    """Return the text of a part beside `lab`, or beside the tutorial's.

    In the file, a name is one of `facts`, which speak of the tutorial; `here` has those of `lab`.
    """
    known = {**facts(), "here": here(lab or knobs.lab("polynomial"))}
    return texts.page(f"learning_rates/{part}", language, **known).strip()


@cache
def facts() -> dict[str, Any]:
    """Return the computed numbers that the prose may name: of the tutorial's cubic polynomial."""
    tutorial = knobs.lab("polynomial")
    rate = Settings.of("autograd").learning_rate
    best = tutorial.best
    low, high = best.eigenvalues[[0, -1]]
    slow, fast = speeds.factors(best, rate)[[0, -1]]
    growth = abs(speeds.factors(best, EXPLODING)[-1])
    return {
        "points": tutorial.fit.points,
        "rate": rate,
        "exploding": EXPLODING,
        "border": tutorial.border,
        "share": rate / tutorial.border,
        "lambda_min": low,
        "lambda_max": high,
        "slow": slow,
        "fast": fast,
        "slow_tenfold": round(speeds.tenfold(slow)),
        "growth": growth,
        "thousandfold": math.ceil(math.log(1000) / math.log(growth)),
        "meeting": 2 / (low + high),
        "momentum_border": knobs.borders(best, 0.9)[-1],
        **_conditions(tutorial),
    }


@lru_cache(maxsize=64)
def here(lab: Lab) -> dict[str, Any]:
    """Return the same of the fit on the page, and whether its curvature is the tutorial's."""
    low, high = lab.best.eigenvalues[[0, -1]]
    usual = knobs.lab("polynomial")
    same = np.array_equal(lab.best.eigenvalues, usual.best.eigenvalues)
    return {
        "is_tutorial": same and lab.fit.momentum == usual.fit.momentum,
        "lambda_min": low,
        "lambda_max": high,
        "border": lab.border,
        "formula": knobs.border_name(lab.fit.momentum),
        **_conditions(lab),
    }


def _conditions(lab: Lab) -> dict[str, float]:
    return {
        f"{name}_condition": knobs.condition(bases.quadratic(lab.fit, name)) for name in bases.BASES
    }


def goal(lab: Lab, _: Translate) -> str:
    """Return in words which loss counts as arrived, as `analysis.near` has it."""
    if lab.best.floor > 0:
        return _("within 1 % of the floor")
    return _("at a ten-billionth of the first loss (the floor is 0)")


def said_of_sweep(found: Swept, lab: Lab, _: Translate) -> str:
    """Return in words which rate was best, and where the border lies."""
    best = found.fastest
    numbers = {
        "goal": goal(lab, _),
        "border": f"{lab.border:.4g}",
        "epochs": texts.epochs(found.epochs, _),
        "low": f"{found.rates[found.lowest]:.4g}",
        "loss": f"{found.final[found.lowest]:.4g}",
        "best": "" if best is None else f"{found.rates[best]:.4g}",
        "reached": "" if best is None else texts.epochs(int(found.reached[best]), _),
    }
    if found.epochs == 1:
        text = _("One epoch shows the loss before the first step: {loss}, whatever the rate.")
    elif best is None:
        text = _("No rate arrives in {epochs}; {low} ends lowest, at {loss}.")
    elif found.kinds[best] == "good":
        text = _("{best} is the fastest of these to arrive and stay: after {reached} it is {goal}.")
    else:
        text = _(
            "No rate arrives and stays; {best} is the first to touch the goal: after {reached} it "
            "is {goal}."
        )
    more = _("From {border} on it diverges.")
    if lab.fit.momentum == 1:
        more = _("At momentum 1 nothing comes to rest; from {border} on it diverges.")
    return joined([text, more], _).format(**numbers)


def said_of_attempt(one: Attempt, best: Fewest, _: Translate) -> str:
    """Return how an attempt went, and its epochs beside the fewest; not the best rate itself.

    That rate is for the learner to find.
    """
    if one.reached is None:
        if one.finite:
            text = _("{rate}: not there after {limit}.")
        else:
            text = _("{rate}: diverged; at epoch {ended} the loss was no longer finite.")
    elif best.epochs is None or one.reached <= best.epochs:
        text = _("{rate}: there after {reached}. No rate that was tried is faster.")
    else:
        text = _("{rate}: there after {reached}, {times} times the fewest.")
    return text.format(
        rate=f"{one.rate:.4g}",
        limit=texts.epochs(LIMIT, _),
        ended=f"{one.ended:,}",
        reached=texts.epochs(one.reached or 0, _),
        times=f"{(one.reached or 0) / (best.epochs or 1):.3g}",
    )


def said_of_fewest(best: Fewest, fit: Settings, _: Translate) -> str:
    """Return the answer of the challenge."""
    if best.epochs is not None:
        text = _("The best rate that was tried is {rate}: {epochs}.")
        return text.format(rate=f"{best.rate:.5g}", epochs=texts.epochs(best.epochs, _))
    text = _("No rate that was tried arrives within {limit} here.")
    said = [text.format(limit=texts.epochs(LIMIT, _))]
    if "degree" in fit.lesson.knobs:
        said.append(_("Try a lower degree."))
    elif "centre" in fit.lesson.knobs and not fit.centre:
        said.append(_("Try it with x centred."))
    return joined(said, _)


def said_of_bases(found: Sequence[Basis], lab: Lab, _: Translate) -> str:
    """Return in words why the bases differ."""
    raw, orthogonal = found[0], found[-1]
    if len(lab.best.eigenvalues) == 1:
        return _(
            "One direction has one curvature: the condition is 1 however the weight is scaled, and "
            "one step at 1/λ arrives."
        )
    if raw.condition < 1.01:
        text = _(
            "The directions are equally steep already, in raw powers too: one rate suits all, "
            "{rate}, and it takes {slow}."
        )
        return text.format(rate=f"{raw.fewest.rate:.4g}", slow=_took(raw.fewest, _))
    text = _(
        "At its best rate each basis is slowed down by its flattest direction, and the steepest "
        "sets that rate. In raw powers the steepest is {raw} times as steep as the flattest, so it "
        "takes {slow}; where all directions are equally steep, one rate suits all: {fast}."
    )
    slow, fast = _took(raw.fewest, _), _took(orthogonal.fewest, _)
    return text.format(raw=f"{raw.condition:.4g}", slow=slow, fast=fast)


def _took(best: Fewest, _: Translate) -> str:
    return f"> {texts.epochs(LIMIT, _)}" if best.epochs is None else texts.epochs(best.epochs, _)


def epochs(best: Fewest) -> str:
    """Return after how many epochs the best rate arrives, or that they are more than were run."""
    return f"> {LIMIT:,}" if best.epochs is None else f"{best.epochs:,}"
