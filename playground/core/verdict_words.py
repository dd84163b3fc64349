"""A verdict in words: what was seen, what algebra adds, and a run in numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from playground.core import analysis
from playground.core import motion as motions
from playground.core.history import History
from playground.core.i18n import N_, Translate, joined
from playground.core.motion import Motion, Steps
from playground.core.settings import Settings
from playground.core.texts import epochs
from playground.core.verdict import Verdict

SEEN = {
    "started": N_("Too few epochs to tell where this goes: {seen}."),
    "converged": N_("Converged: the loss is within {percent} % of the floor."),
    "flat": N_("The loss has arrived, within {percent} % of the floor; the weights have not."),
    "falling": N_("On its way: the loss fell by {percent} % over the last {epochs}."),
    "stalled": N_("It hardly moves: the loss fell by {percent} % over the last {epochs}."),
    "damped": N_(
        "It swings and dies down: between {low} and {high} over the last {epochs}, and less and "
        "less."
    ),
    "swinging": N_("It swings for ever: between {low} and {high} over the last {epochs}."),
    "wandering": N_("It goes up and down: between {low} and {high} over the last {epochs}."),
    "creeping": N_("It creeps up again: the loss rose by {percent} % over the last {epochs}."),
    "returned": N_(
        "It grew and is coming back: up to {high} at epoch {top}, and {loss} at the end."
    ),
    "growing": N_("It grows: from {low}, its lowest, at epoch {turn} to {loss} at the end."),
    "diverged": N_("Diverged: at epoch {epoch} the loss was no longer a finite number."),
}
BESIDE_0 = {
    "converged": N_("Converged: the loss is {loss}, and the floor is 0."),
    "flat": N_("The loss has arrived, at {loss} beside a floor of 0; the weights have not."),
}
AT_FLOOR = {
    "converged": N_("Converged: the loss is at the floor, to four digits."),
    "flat": N_("The loss has arrived at the floor, to four digits; the weights have not."),
}
HELD = {  # where weight decay keeps the loss above the floor
    "converged": N_("Converged: the loss is {loss}, where weight decay holds it."),
    "flat": N_(
        "The loss has arrived where weight decay holds it, at {loss}; the weights have not."
    ),
}
BELOW = N_("Converged: the loss is below the least-squares floor, at {times} times it.")
CLEARLY_BELOW = 0.999  # times the floor: rounding ends nearer to it
ARRIVED = ("converged", "flat")
ONWARDS = ("falling", "stalled", "damped", "flat")
FARTHEST = 10_000_000  # epochs that are worth telling


def seen(judged: Verdict, _: Translate) -> str:
    """Return a verdict in words: what the run did."""
    return joined([sentence(judged, _), *_more(judged, _)], _)


def why(judged: Verdict, settings: Settings, _: Translate) -> str:
    """Return why the run with `settings` went so, where algebra knows; else nothing."""
    return joined(cause(judged, settings, _), _)


def sentence(judged: Verdict, _: Translate) -> str:
    """Return the first sentence of a verdict."""
    numbers, kind = judged.numbers, judged.kind
    text = SEEN[kind]
    if kind in ARRIVED:
        times, percent = numbers["times"], numbers["percent"]
        if numbers.get("held"):
            text = HELD[kind]
        elif math.isinf(times):
            text = BESIDE_0[kind]
        elif kind == "converged" and times < CLEARLY_BELOW:  # as a lesson may that draws more terms
            text = BELOW
        elif percent < 0.005:
            text = AT_FLOOR[kind]
    return _(text).format(**_shown(judged, _))


def _shown(judged: Verdict, _: Translate) -> dict[str, str]:
    """Return the numbers of a verdict as a sentence writes them."""
    shown = {name: f"{value:.4g}" for name, value in judged.numbers.items()}
    for name in ("percent", "left"):
        if name in judged.numbers:
            value = judged.numbers[name]
            shown[name] = f"{value:.2g}" if value < 10 else f"{value:.3g}"
    for name in ("top", "turn", "epoch", "block"):
        if name in judged.numbers:
            shown[name] = f"{judged.numbers[name]:,.0f}"
    count = int(judged.numbers.get("epochs", 0))
    seen = _("there is 1") if count == 1 else _("there are {count}").format(count=count)
    return shown | {"epochs": epochs(count, _), "seen": seen}


def _more(judged: Verdict, _: Translate) -> Iterator[str]:
    """Yield what else was seen: how far it is, whether it swings more, what the numbers are of."""
    numbers, shown = judged.numbers, _shown(judged, _)
    if judged.kind in ("falling", "stalled", "damped", "creeping", "returned", "wandering"):
        if math.isfinite(numbers["times"]):
            yield _("It is now at {times} times the floor.").format(**shown)
        elif judged.kind != "returned":
            yield _("It is now at {loss}; the floor is 0.").format(**shown)
    if judged.kind == "wandering" and numbers.get("change", 1.0) > 1.25:
        yield _("The later swings are {change} times as high as the earlier ones.").format(**shown)
    if judged.kind == "stalled" and "high" in numbers:
        yield _("Before that it had grown to {high}, at epoch {top}.").format(**shown)
    if judged.kind == "flat":
        yield _("Along one direction {left} % of their way is still to go.").format(**shown)
    if "left" in numbers and judged.kind == "converged":
        yield _("The weights are there too: at most {left} % of their way is left.").format(**shown)
    if numbers.get("block", 1) > 1:
        text = _("Chance draws the graph, so this speaks of the middle of each {block} epochs.")
        yield text.format(**shown)


def cause(judged: Verdict, settings: Settings, _: Translate) -> Iterator[str]:
    """Yield why, where algebra knows: the rate beside the border, the speed, and the forecast."""
    moved = motions.motion(settings)
    if moved:
        yield _border(moved, _)
        if judged.kind == "swinging" and settings.momentum == 1:
            yield _("At momentum 1 an epoch takes nothing off a swing, whatever its direction.")
        elif judged.kind in ONWARDS and moved.factor < 1:
            yield from _speed(moved, _)
    if judged.kind in ("falling", "stalled"):
        arrival = moved.arrives() if moved else judged.numbers.get("arrival")
        if arrival and arrival < FARTHEST:
            yield _arrival(arrival, moved, settings, _)


def border_formula(steps: Steps) -> str:
    """Return the border of the learning rate as a formula of λmax."""
    above = "2(1+momentum)" if steps.momentum else "2"
    below = "(λmax + weight_decay)" if steps.weight_decay else "λmax"
    if steps.nesterov:
        below = f"((1+2·momentum)·{below})"
    return f"{above}/{below}"


def _border(moved: Motion, _: Translate) -> str:
    rate, stable = moved.steps.rate, moved.border
    numbers = {"rate": f"{rate:.4g}", "stable": f"{stable:.4g}", "share": f"{rate / stable:.3g}"}
    numbers["formula"] = border_formula(moved.steps)
    close = numbers["share"] == "1"
    if rate > stable:
        text = _(
            "The rate {rate} is {share} times the largest stable one, {formula} = {stable}: try "
            "less."
        )
        if close:
            text = _(
                "The rate is just above the largest stable one, {formula} = {stable}: try less."
            )
    else:
        text = _("The rate {rate} is {share} of the largest stable one, {formula} = {stable}.")
        if close:
            text = _("The rate is at the largest stable one, {formula} = {stable}, or just below.")
    return text.format(**numbers)


def _speed(moved: Motion, _: Translate) -> Iterator[str]:
    """Yield how fast the direction goes that lasts longest."""
    factor = moved.factor
    if 0 < factor < 1:
        tenth = math.ceil(math.log(0.1) / math.log(factor))
        if tenth < FARTHEST:
            text = _(
                "The slowest direction keeps {factor} of its distance an epoch, so a tenth is left "
                "after {tenth}."
            )
            yield text.format(factor=f"{factor:.6g}", tenth=epochs(tenth, _))


def _arrival(arrival: float, moved: Motion | None, settings: Settings, _: Translate) -> str:
    numbers = {"epoch": f"{float(f'{arrival:.3g}'):,.0f}"}
    if moved and moved.rest_loss > moved.best.floor:
        text = _(
            "By algebra it is within 1 % of where weight decay holds it from about epoch "
            "{epoch} on."
        )
    elif not analysis.floor(settings):
        text = _(
            "By algebra it is at a ten-billionth of its first loss from about epoch {epoch} on."
        )
        if not moved:
            text = _("At this speed it is at a ten-billionth of its first loss by epoch {epoch}.")
    else:
        text = _("By algebra it is within 1 % of the floor from about epoch {epoch} on.")
        if not moved:
            text = _("At this speed it is within 1 % of the floor by about epoch {epoch}.")
    return text.format(**numbers)


def numbers(run: History, floor: float | None, _: Translate) -> list[tuple[str, str, str]]:
    """Return a run in numbers: what each is called, the number, and what stands beside it.

    floor: the lowest loss there is, or None where nobody knows it.
    """
    loss = float(run.finite[-1]) if len(run.finite) else float("nan")
    speed = _("{speed:,.0f} epochs/s").format(speed=run.speed)
    time = (_("Time"), f"{run.seconds:.3g} s", speed)
    if floor is None:
        return [(_("Loss"), f"{loss:.4g}", ""), time]
    return [
        (_("Loss"), f"{loss:.4g}", _times(loss, floor, _)),
        (_("Floor"), f"{floor:.4g}", _("least squares")),
        (_("Gap closed"), f"{closed(analysis.gap_closed(run, floor))} %", _("of start to floor")),
        time,
    ]


def closed(share: float) -> str:
    """Return a share in percent, rounded down: it is 100 where nothing is left, and only there."""
    if share >= 1:
        return "100"
    digits = 2 if share < 0.9999 else 4
    return f"{math.floor(100 * max(share, 0.0) * 10**digits) / 10**digits:.{digits}f}"


def _times(loss: float, floor: float, _: Translate) -> str:
    if not floor or not np.isfinite(loss):
        return _("of a floor of 0") if not floor else "-"
    return _("{times:.4g} × floor").format(times=loss / floor)
