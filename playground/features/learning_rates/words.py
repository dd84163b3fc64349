"""Words for the page of learning rates: its prose with the numbers filled in, and what it found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from playground.core import texts
from playground.core.i18n import N_, Translate
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


def prose(part: str, language: str) -> str:
    """Return the text of a part; in the file, `{{fact}}` stands for a number of `facts`."""
    return texts.page(f"learning_rates/{part}", language, **facts()).strip()


@cache
def facts() -> dict[str, str]:
    """Return the computed numbers that the prose may name, to four digits: of the sine's cubic."""
    tutorial = knobs.lab("polynomial")
    rate = Settings.of("autograd").learning_rate
    best = tutorial.best
    low, high = best.eigenvalues[[0, -1]]
    slow, fast = speeds.factors(best, rate)[[0, -1]]
    growth = abs(speeds.factors(best, EXPLODING)[-1])
    numbers = {
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
        "thousandfold": np.ceil(np.log(1000) / np.log(growth)),
        "meeting": 2 / (low + high),
        "momentum_border": knobs.borders(best, 0.9)[-1],
    }
    for name in bases.BASES:
        numbers[f"{name}_condition"] = knobs.condition(bases.quadratic(tutorial.fit, name))
    return {name: f"{value:.4g}" for name, value in numbers.items()}


def goal(lab: Lab, _: Translate) -> str:
    """Return in words which loss counts as arrived, as `analysis.near` has it."""
    if lab.best.floor > 0:
        return _("within 1 % of the floor")
    return _("down to a ten-billionth of the first loss, as the floor is 0")


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
        text = _("{best} is the fastest of these to arrive and stay: {goal} after {reached}.")
    else:
        text = _(
            "No rate arrives and stays; {best} is the first to touch it: {goal} after {reached}."
        )
    return " ".join([text, _("From {border} on it diverges.")]).format(**numbers)


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
    return " ".join(said)


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
        "sets that rate. In raw powers the two differ {raw} times, so {slow}; where all "
        "directions are equally steep, one rate suits all: {fast}."
    )
    slow, fast = _took(raw.fewest, _), _took(orthogonal.fewest, _)
    return text.format(raw=f"{raw.condition:.4g}", slow=slow, fast=fast)


def _took(best: Fewest, _: Translate) -> str:
    return f"> {texts.epochs(LIMIT, _)}" if best.epochs is None else texts.epochs(best.epochs, _)


def epochs(best: Fewest) -> str:
    """Return after how many epochs the best rate arrives, or that they are more than were run."""
    return f"> {LIMIT:,}" if best.epochs is None else f"{best.epochs:,}"
