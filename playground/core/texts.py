"""Prose in Markdown with its numbers computed, and verdicts as sentences."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.core import analysis, catalog, i18n
from playground.core.analysis import Verdict
from playground.core.catalog import Lesson
from playground.core.history import History
from playground.core.i18n import N_, Translate, count_word, translator
from playground.core.quantities import facts
from playground.core.settings import KNOBS, Settings

VERDICTS = {
    "started": N_("Too few epochs to tell where this goes: {epochs:.0f}."),
    "converged": N_("Converged: the loss is within {percent:.2g} % of the floor."),
    "falling": N_(
        "Still falling: by {percent:.3g} % over the last {epochs:.0f} epochs, "
        "now at {times:.4g} times the floor."
    ),
    "stalled": N_("The loss has all but stopped falling, at {times:.4g} times the floor."),
    "oscillating": N_("Oscillating: the loss swings between {low:.4g} and {high:.4g}."),
    "growing": N_("Growing: the loss ends at {times:.4g} times the lowest it had reached."),
    "diverged": N_("Diverged: at epoch {epoch:.0f} the loss was no longer a finite number."),
}
BESIDE_0 = {  # where the floor, or the lowest loss, is 0
    "converged": N_("Converged: the loss is {loss:.2g}, and the floor is 0."),
    "falling": N_("Still falling: by {percent:.3g} % over the last {epochs:.0f} epochs."),
    "stalled": N_("The loss has all but stopped falling, at {loss:.4g}."),
    "growing": N_("Growing: the loss ends at {loss:.4g}, after it had been 0."),
}
BELOW = N_("Converged: the loss is below the least-squares floor, at {times:.4g} times it.")
CLEARLY_BELOW = 0.999  # times the floor: rounding ends nearer to it


@dataclass(frozen=True)
class Try:
    """Something to try: a link that sets knobs, what it says, and the verdict it leads to."""

    label: str
    query: dict[str, str]
    verdict: str
    text: str

    def settings(self, lesson: Lesson) -> Settings:
        """Return the settings that the link stands for, on the page of `lesson`."""
        given = {name: KNOBS[name].parse(name, text) for name, text in self.query.items()}
        stage = str(given.pop("stage", lesson.slug))
        return Settings.of(stage, ladder=lesson.ladder, **given)


@dataclass(frozen=True)
class Prose:
    """The text of one lesson: `adds` says in a sentence what it adds, `new` in a section.

    A task is written as a thing to try; its link may `lock` and `hide` knobs too.
    """

    title: str
    adds: str
    new: str
    notice: str
    tries: tuple[Try, ...]
    tasks: tuple[Try, ...]


SECTION = re.compile(r"^## .+$", re.MULTILINE)


def page(name: str, language: str, **known: str | int) -> str:
    """Return the prose of the page `name`; `{{fact}}` stands for one of `known`, a count as a word.

    Raises KeyError for a fact that is not known.
    """

    def fact(found: re.Match[str]) -> str:
        value = known[found[1]]
        return value if isinstance(value, str) else count_word(value, translator(language))

    return re.sub(r"\{\{(\w+)\}\}", fact, i18n.prose(name, language))


def sections(name: str, language: str, **known: str | int) -> list[str]:
    """Return the prose of a page in parts: what stands before the first heading, then each."""
    return [part.strip() for part in SECTION.split(page(name, language, **known))]


# - [label](?knob=value&knob=value "verdict") text
TRY = re.compile(r'^- \[(.+?)\]\(\?(.+?) "(\w+)"\)\s*(.*)$')


def prose(lesson: Lesson, language: str) -> Prose:
    """Return the text of a lesson: title, what is new, what to notice, what to try, tasks.

    In the file, `{{fact}}` stands for a number of `facts`. Raises KeyError for one that is not
    there.
    """
    return _prose(lesson.ladder, lesson.slug, language)


@cache
def _prose(ladder: str, slug: str, language: str) -> Prose:
    known = facts(ladder, slug)
    head, new, notice, items, set_tasks = sections(f"{ladder}/{slug}", language, **known)
    title, adds = head.removeprefix("# ").split("\n", 1)
    return Prose(title, adds.strip(), new, notice, tuple(tries(items)), tuple(tries(set_tasks)))


def tries(text: str) -> list[Try]:
    """Return the things to try in a list of them."""
    found = []
    for item in re.split(r"\n(?=- )", text.strip()):
        label, query, verdict, rest = TRY.match(" ".join(item.split())).groups()  # type: ignore[union-attr]
        found.append(Try(label, dict(urllib.parse.parse_qsl(query)), verdict, rest))
    return found


def changes(lesson: Lesson) -> str | None:
    """Return what changed in the code since the lesson before, as a diff; None at the first."""
    before = catalog.previous(lesson)
    return catalog.changes(before.path, lesson.path) if before else None


def sentence(judged: Verdict, _: Translate) -> str:
    """Return the verdict in words."""
    times = judged.numbers.get("times", 1.0)
    text = VERDICTS[judged.kind]
    if np.isinf(times):
        text = BESIDE_0.get(judged.kind, text)
    elif (
        judged.kind == "converged" and times < CLEARLY_BELOW
    ):  # as a lesson may that draws terms more
        text = BELOW
    return _(text).format(**judged.numbers)


def cause(
    judged: Verdict, settings: Settings, best: analysis.Quadratic | None, _: Translate
) -> str:
    """Return why, where algebra knows: the rate beside the largest stable one."""
    if not (best and settings.lesson.quadratic and settings.plain_descent):
        if judged.kind in ("diverged", "growing"):
            return _("Each step made things worse: try a smaller learning rate.")
        return ""
    rate, stable = settings.learning_rate, best.stable_rate
    numbers = {"rate": f"{rate:.4g}", "stable": f"{stable:.4g}", "share": f"{rate / stable:.3g}"}
    close = numbers["share"] == "1"
    if rate > stable:
        text = _(
            "The rate {rate} is {share} times the largest stable one, 2/λmax = {stable}: try less."
        )
        if close:
            text = _("The rate is just above the largest stable one, 2/λmax = {stable}: try less.")
    else:
        text = _("The rate {rate} is {share} of the largest stable one, 2/λmax = {stable}.")
        if close:
            text = _("The rate is at the largest stable one, 2/λmax = {stable}, or just below it.")
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
    gap = 100 * max(analysis.gap_closed(run, floor), 0.0)
    return [
        (_("Loss"), f"{loss:.4g}", _times(loss, floor, _)),
        (_("Floor"), f"{floor:.4g}", _("least squares")),
        (_("Gap closed"), f"{gap:.4g} %", _("start to floor")),
        time,
    ]


def _times(loss: float, floor: float, _: Translate) -> str:
    if not floor or not np.isfinite(loss):
        return _("of a floor of 0") if not floor else "-"
    return _("{times:.4g} × floor").format(times=loss / floor)
