"""The race in words: races to try, and how one went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from playground.core.i18n import N_, Translate
from playground.features.optimizers import arena, knobs
from playground.features.optimizers.knobs import Problem, Race
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Apart, Run, ranking

NEVER = "—"  # a minus would begin a list


@dataclass(frozen=True)
class Try:
    """A race worth a look: its knobs, and what to look for."""

    label: str
    text: str
    knobs: Mapping[str, Any]


EIGHT = list(RACERS)[: knobs.MOST_RACERS]
RUNAWAY = 0.041  # a rate too large for plain descent in the ravine, but not with momentum
TRIES = (
    Try(
        N_("Two racers at one rate, {rate:g}"),
        N_(
            "In this ravine plain descent is stable up to 2/λmax = {border:g}, so it runs away. "
            "With momentum {momentum:g} the border is {times:g} times as high, and the same rate "
            "arrives."
        ),
        {
            "problem": "ravine",
            "racers": ["SGD", "momentum"],
            "race_lr_SGD": RUNAWAY,
            "race_lr_momentum": RUNAWAY,
        },
    ),
    Try(
        N_("On the ridge of the saddle"),
        N_(
            "Start at y = 0 exactly, and the gradient never points off the ridge: all stop at the "
            "saddle, where it is 0, though it is no lowest point. Then move y a little."
        ),
        {"problem": "saddle", "race_x": -1.5, "race_y": 0.0, "racers": EIGHT},
    ),
    Try(
        N_("One hilltop, several valleys"),
        N_(
            "From near the top of the hill between four valleys, small differences decide: racers "
            "end in different ones, and none of them is wrong."
        ),
        {"problem": "himmelblau", "race_x": -0.3, "race_y": -0.9, "racers": EIGHT},
    ),
)

QUANTITIES: Mapping[str, str] = MappingProxyType(
    {
        "w": N_("the weights before the step"),
        "grad": N_("the gradient there"),
        "step": N_("how many steps, this one included"),
        "momentum_buffer": N_("the momentum: a sum of past directions that fades"),
        "exp_avg": N_("the momentum: a mean of past gradients that fades"),
        "exp_avg_sq": N_("the second moment: a mean of past squared gradients that fades"),
        "square_avg": N_("the second moment: a mean of past squared gradients that fades"),
        "m_hat": N_("the momentum, corrected for its start at 0"),
        "v_hat": N_("the second moment, corrected for its start at 0"),
        "sum": N_("the sum of all squared gradients"),
        "acc_delta": N_("a mean of past squared steps, each before lr multiplied it, that fades"),
        "prev": N_("the gradient to compare with next time; 0 where the sign turned"),
        "step_size": N_("each weight's own step size"),
        "mu_product": N_("the product of all momenta so far"),
        "d": N_(
            "the direction of the last inner step: minus the gradient, bent by a guessed curvature"
        ),
        "t": N_("how far the last inner step went along it; there are up to max_iter of them"),
        "change": N_("the step: what is added to the weights"),
    }
)


def attempt(one: Try, _: Translate) -> tuple[str, str]:
    """Return the label and the text of a try, its numbers filled in."""
    momentum = float(str(knobs.options("momentum")["momentum"]))
    numbers = {
        "rate": RUNAWAY,
        "border": 2 / arena.arena(Problem(slug=one.knobs["problem"])).steep,
        "momentum": momentum,
        "times": 1 + momentum,
    }
    return _(one.label).format(**numbers), _(one.text).format(**numbers)


def written_by_hand(_: Translate) -> str:
    """Return which optimizers' steps are written out by hand, in words."""
    known = {racer.optimizer: None for racer in RACERS.values() if racer.by_hand}
    *others, last = known
    text = _("{optimizers} and {last} are written out by hand: choose one as a racer.")
    return text.format(optimizers=_(", ").join(others), last=last)


def result(of: Race, runs: Sequence[Run], goal: float, _: Translate) -> str:
    """Return who won, and who did not arrive, in words."""
    if abs(goal) > knobs.ABSURD:
        return _(
            "The values in the picture are so large that no target says anything: take a smaller "
            "picture, or smaller powers."
        )
    ranked = ranking(list(runs), goal)
    epoch = ranked[0].reaches(goal)
    if epoch is None:
        text = _("No racer gets down to {goal:.4g} by epoch {steps}.")
        return text.format(goal=goal, steps=of.steps)
    if epoch == 0:
        return _("The start is no higher than {goal:.4g} already.").format(goal=goal)
    first = [run.slug for run in ranked if run.reaches(goal) == epoch]
    text = _("{racer} is first: down to {goal:.4g} at epoch {epoch}.")
    if len(first) > 1:
        text = _("{racer} are first together: down to {goal:.4g} at epoch {epoch}.")
    said = [text.format(racer=", ".join(first), goal=goal, epoch=epoch)]
    there = [run for run in ranked if not (run.diverged or run.error or run.ran_away)]
    late = [run.slug for run in there if run.reaches(goal) is None]
    if late:
        text = _("Not there by epoch {steps}: {racers}.")
        said.append(text.format(steps=of.steps, racers=", ".join(late)))
    left = [run for run in there if run.reaches(goal) is not None and run.loss[-1] > goal]
    if left:
        text = _("There, but above it again at epoch {steps}: {racers}.")
        ends = ", ".join(f"{run.slug} ({loss(run.loss[-1])})" for run in left)
        said.append(text.format(steps=of.steps, racers=ends))
    return " ".join(said)


def loss(value: float) -> str:
    """Return a loss to four digits; of one that is far too large, no more than that it is."""
    most = knobs.ABSURD
    if not np.isfinite(value) or abs(value) <= most:
        return f"{value:.4g}"
    return f"> {most:g}" if value > 0 else f"< {-most:g}"


def table(of: Race, runs: Sequence[Run], goal: float, _: Translate) -> dict[str, list[str]]:
    """Return the ranking as columns: each racer's rate, what it took to `goal`, its last loss."""
    rates = {racer.slug: racer.settings.learning_rate for racer in of.racers}
    ranked = ranking(list(runs), goal)
    reached = [run.reaches(goal) for run in ranked]
    return {
        _("racer"): [f"{RACERS[run.slug].style.sign} {run.slug}" for run in ranked],
        "lr": [f"{rates[run.slug]:.4g}" for run in ranked],
        _("epochs to target"): [NEVER if k is None else str(k) for k in reached],
        _("gradients to target"): [
            NEVER if k is None else str(run.calls[k])
            for run, k in zip(ranked, reached, strict=True)
        ],
        _("last loss"): [_("diverged") if run.ran_away else loss(run.loss[-1]) for run in ranked],
    }


def diverged(runs: Sequence[Run], _: Translate) -> str:
    """Return who diverged, and when, in words; nothing if nobody did."""
    gone = [run for run in runs if run.diverged]
    if any(len(run.loss) == 1 for run in gone):  # then so have all
        return _("The function has no finite value at this start: choose another.")
    text = _("{racer} diverged: at epoch {epoch} its loss was no longer a finite number.")
    said = [text.format(racer=run.slug, epoch=len(run.loss) - 1) for run in gone]
    away = [run for run in runs if run.ran_away]
    text = _(
        "{racer} diverged: from epoch {epoch} on its loss is above that of the start, and it keeps "
        "growing."
    )
    said += [text.format(racer=run.slug, epoch=run.ran_away) for run in away]
    text = _("{racer} falls without end: that way the function has no lowest point.")
    said += [text.format(racer=run.slug) for run in runs if run.loss[-1] < -knobs.ABSURD]
    if away or any(run.loss[-1] == np.inf for run in gone):
        said.append(_("Give it a smaller rate."))
    return " ".join(said)


def raised(run: Run, _: Translate) -> str:
    """Return in words that torch raised an error in a racer's step, and when."""
    text = _("{racer} stopped at epoch {epoch}: its next step raised this error in torch.")
    return text.format(racer=run.slug, epoch=len(run.loss) - 1)


def outside(runs: Sequence[Run], low: np.ndarray, high: np.ndarray, _: Translate) -> str:
    """Return who leaves what is seen of the function, in words; nothing if nobody does."""
    gone = [run.slug for run in runs if ((run.places < low) | (run.places > high)).any()]
    if not gone:
        return ""
    return _("Partly outside of the picture: {racers}.").format(racers=", ".join(gone))


def alt(of: Race, runs: Sequence[Run], goal: float, _: Translate) -> str:
    """Return what the figure shows, for screen readers."""
    first, second = of.problem.names
    text = _(
        "The paths of {racers} from {first} = {x:.4g}, {second} = {y:.4g}, on the levels of the "
        "function, and their losses over {steps} epochs."
    )
    shown = text.format(
        racers=", ".join(run.slug for run in runs),
        first=first,
        second=second,
        x=of.start[0],
        y=of.start[1],
        steps=of.steps,
    )
    return f"{shown} {result(of, runs, goal, _)}"


def step(apart: Apart, names: Sequence[str], _: Translate) -> str:
    """Return what one step did, in words."""
    moved = ", ".join(f"{v:+.4g}" for v in apart.change)
    text = _("Epoch {epoch}, loss {loss:.4g}: {racer} moves ({names}) by ({moved}).")
    return text.format(
        epoch=apart.epoch, loss=apart.loss, racer=apart.slug, names=", ".join(names), moved=moved
    )
