"""A teacher's task, carried by a link: a text, knobs that are locked or hidden, a prediction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qs, urlencode

from playground.core.i18n import N_, ToldError
from playground.core.settings import KNOBS, Knob

LONGEST = 400  # letters of a task's text
CONTROLS = tuple(name for name in KNOBS if name != "ladder")
NAMES = ("task", "lock", "hide", "predict")

PREDICTIONS: Mapping[str, str] = MappingProxyType(
    {
        "converges": N_("It converges: it ends within 1 % of the floor."),
        "crawls": N_("It falls on the whole, straight or in swings, but does not arrive."),
        "oscillates": N_("It oscillates: up and down, and the swings do not die down."),
        "diverges": N_("It diverges: it grows and grows."),
    }
)
ADDED: Mapping[str, str] = MappingProxyType(
    {
        "grows": N_("It grows with every backward()."),
        "stays": N_("It is the same after every backward()."),
    }
)
CALLED_AGAIN: Mapping[str, str] = MappingProxyType(
    {
        "adds": N_("The second call works, and its gradients are added."),
        "raises": N_("The second call raises an error."),
    }
)
OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "converged": "converges",
        "flat": "converges",
        "falling": "crawls",
        "stalled": "crawls",
        "damped": "crawls",
        "creeping": "crawls",
        "returned": "crawls",
        "swinging": "oscillates",
        "wandering": "oscillates",
        "growing": "diverges",
        "diverged": "diverges",
    }
)
"""What each kind of `verdict.KINDS` means for a prediction; too short a run means none."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a teacher's link asks for.

    text: what to do, as plain text. locked: knobs that are shown and cannot be turned. hidden:
    knobs that are not shown. predict: whether a run waits for a prediction.
    """

    text: str = ""
    locked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    predict: bool = False


def of_link(query: Mapping[str, str]) -> tuple[Task, list[ValueError]]:
    """Return the task in a link's `query`, and what in it means nothing.

    An unknown knob is left out; a text that is too long is cut, and that is said.
    """
    wrong: list[ValueError] = []

    def names(field: str) -> frozenset[str]:
        given = [name for name in query.get(field, "").split(",") if name]
        rule = Knob(kind=str, choices=CONTROLS)
        known = set()
        for name in dict.fromkeys(given[: 2 * len(CONTROLS)]):
            try:
                known.add(rule.check(field, name))
            except ValueError as error:
                wrong.append(error)
        return frozenset(known)

    predict = False
    try:
        predict = Knob(kind=bool).parse("predict", query.get("predict", "false"))
    except ValueError as error:
        wrong.append(error)
    text = tidy(query.get("task", ""))
    if len(text) > LONGEST:
        said = N_("The task has {count} letters: only the first {most} are shown.")
        wrong.append(ToldError(said, name="task", count=len(text), most=LONGEST))
        text = text[: LONGEST - 1] + "…"
    hidden = names("hide")
    return Task(text=text, locked=names("lock") - hidden, hidden=hidden, predict=predict), wrong


def tidy(text: str) -> str:
    """Return a task's text with its lines, but without blanks that nobody sees."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def parsed(query: str) -> dict[str, str | list[str]]:
    """Return what a link's query holds: a list where a name has several values."""
    found = parse_qs(query, keep_blank_values=True)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in found.items()}


def link(page: str, query: Mapping[str, str | list[str]], task: Task) -> str:
    """Return the address of `page`, from its leading slash, that carries `query` and `task`."""
    carried = {name: value for name, value in query.items() if name not in NAMES}
    if task.text:
        carried["task"] = tidy(task.text)[:LONGEST]
    for field, knobs in (("lock", task.locked - task.hidden), ("hide", task.hidden)):
        if knobs:
            carried[field] = ",".join(_in_order(knobs))
    if task.predict:
        carried["predict"] = "true"
    return f"/{page}" + (f"?{urlencode(carried, doseq=True)}" if carried else "")


def _in_order(knobs: Iterable[str]) -> list[str]:
    return [name for name in CONTROLS if name in set(knobs)]
