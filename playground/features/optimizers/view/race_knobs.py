"""The knobs of the race -> a Race: its problem, its racers and their options, its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.core.expression import FUNCTIONS, OF_VECTORS, ExpressionError, words
from playground.core.settings import KNOBS, Knob
from playground.features.optimizers import arena, knobs
from playground.features.optimizers.knobs import (
    FIRST_OWN,
    FIRST_RACERS,
    MOST_RACERS,
    PAIRS,
    PLACE,
    REACH,
    STEPS,
    USUAL_STEPS,
    Problem,
    Race,
    Racer,
)
from playground.features.optimizers.problems import CUBIC, LINE, OWN, PROBLEMS, Arena
from playground.features.optimizers.racers import RACERS
from playground.ui import links, workers
from playground.ui.knobs import builder, fit, held, training
from playground.ui.knobs.builder import TEXT, ask, pick
from playground.ui.language import _
from playground.ui.session import visit

LINE_POINTS = 11
LINES = 68  # pixels: room for two lines
ENTRANTS = Knob(kind=str, choices=tuple(RACERS))
USUAL: Mapping[str, Any] = {"target": "sin", "data": ""}
PAIR, FREE = Knob(kind=str, choices=tuple(PAIRS)), Knob(kind=bool)


@dataclass
class Offered:
    """The knobs that follow the problem: the problem and the usual value of each."""

    values: dict[str, tuple[str, Any]] = field(default_factory=dict)


def race_to_run() -> Race:
    """Show the knobs and return the race they describe; where it cannot be, say why and stop."""
    held.own("optimizers", USUAL)
    problem_slug = pick(_("Problem"), list(PROBLEMS), "problem")
    st.caption(_(PROBLEMS[problem_slug].about))
    slugs = _racers()
    _report(slugs)
    problem, understood = _problem(problem_slug)
    known = arena.arena(problem)
    with st.sidebar:
        start = _start(problem, known)
        steps = number("race_steps", _("Epochs"), STEPS, USUAL_STEPS, problem.slug, step=100)
        racers = tuple(_racer(slug, known.rate(slug), problem.slug) for slug in slugs)
    if not understood:  # now that all knobs are there, and keep what they say
        st.stop()
    return Race(problem, start, steps, racers)


def _racers() -> list[str]:
    """Show all racers, let the visitor choose some, and return them in their order."""
    try:
        for slug in st.query_params.get_all("racers"):
            ENTRANTS.check("racers", slug)
    except ValueError as error:
        st.warning(workers.plain(error))
    label = _("Racers, at most {most}").format(most=MOST_RACERS)
    chosen = ask("racers", list(FIRST_RACERS), label, rule=ENTRANTS)
    known = [slug for slug in RACERS if slug in chosen]
    if len(known) > MOST_RACERS:
        st.warning(
            _("{count} are too many: the first {most} run.").format(
                count=len(known), most=MOST_RACERS
            )
        )
    if not known:
        st.info(_("Choose at least one racer."))
        st.stop()
    return known[:MOST_RACERS]


def _report(slugs: list[str]) -> None:
    """Name the values in the link that break their rules."""
    rules = {"race_steps": STEPS, "race_x": PLACE, "race_y": PLACE, "race_target": knobs.GOAL}
    rules |= {"race_pair": PAIR, "race_free": FREE}
    rules |= {"race_reach": REACH, "target": KNOBS["target"]}
    for slug in slugs:
        rules |= {option_key(slug, name): rule for name, rule in knobs.rules(slug).items()}
    links.report_broken_link(rules)


def option_key(slug: str, option: str) -> str:
    """Return the name in the link of a racer's rate or option."""
    return f"race_{'lr' if option == 'learning_rate' else option}_{slug}"


def turn(values: Mapping[str, Any]) -> None:
    """Turn the knobs to `values`, and the others that follow the problem to its own."""
    offered = visit().part(Offered).values
    for name in offered:
        offered[name] = ("", None)  # of no problem: so the next one's value is taken
    for name in values:
        offered.pop(name, None)
    builder.turn(values)


def _usual(key: str, value: Any, of: str) -> None:
    """Turn a knob to its usual value where that has changed, or the problem has.

    What the learner set for the problem `of` stays; for another problem it would mean nothing.
    """
    offered = visit().part(Offered).values
    before = offered.get(key)
    offered[key] = (of, value)
    state = st.session_state
    if before and key in state and (before[0] != of or state[key] == before[1]):
        state[key] = value


def number(key: str, label: str, rule: Knob, value: Any, of: str, **more: Any) -> Any:
    """Show a field for a number, at its usual value unless the learner sets it for `of`."""
    _usual(key, value, of)
    return ask(key, value, label, rule=rule, **more)


def _start(problem: Problem, known: Arena) -> tuple[float, float]:
    """Show where the race begins."""
    names = problem.names
    # another pair of weights, or another fit, is another start
    of = f"{problem.slug} {problem.pair} {problem.target}"
    left, right = st.columns(2)
    span = [
        round((high - low) / 20, 3) or 0.01 for low, high in zip(known.low, known.high, strict=True)
    ]
    text = _("Start, {name}")
    with left:
        x = number("race_x", text.format(name=names[0]), PLACE, known.start[0], of, step=span[0])
    with right:
        y = number("race_y", text.format(name=names[1]), PLACE, known.start[1], of, step=span[1])
    return x, y


def _problem(slug: str) -> tuple[Problem, bool]:
    """Show what else there is to say about a problem; return it, and whether it was understood."""
    if slug == OWN:
        return _own()
    if slug == LINE:
        with st.sidebar:
            return Problem(slug=slug, data=fit.own_points(USUAL, LINE_POINTS)), True
    if slug != CUBIC:
        return Problem(slug=slug), True
    return _cubic(), True


def _cubic() -> Problem:
    """Show which two weights of the cubic are seen, and of which fit."""
    with st.sidebar:
        target = fit.target(USUAL)
        pair = ask(
            "race_pair",
            "bd",
            _("Two weights"),
            rule=PAIR,
            menu=True,
            help=_("of y = a + b x + c x² + d x³"),
        )
        free = ask(
            "race_free",
            False,
            _("Train the other two as well"),
            rule=FREE,
            help=_("Otherwise they stay at their best; then the levels are all there is."),
        )
    return Problem(target=target, pair=pair, free=free)


def _own() -> tuple[Problem, bool]:
    """Show the field of one's own function, and how far its picture reaches.

    Where the function is not understood, the page says why, and another one stands for it.
    """
    left, right = st.columns([4, 1])
    about = _(
        "Numbers, x and y, `+ - * / **`, brackets, `pi`, `e`, and {known}. A line, or what stands "
        "before `;`, may give a name: `a = x**2 + y`. The last one is the function."
    )
    about = about.format(known=", ".join(name for name in FUNCTIONS if name not in OF_VECTORS))
    with left:
        text = ask("race_f", FIRST_OWN, "f(x, y)", rule=TEXT, height=LINES, help=about)
    with right:
        reach = number("race_reach", _("Picture reaches ±"), REACH, 2.0, OWN, step=1.0)
    try:
        problem = Problem(slug=OWN, formula=text, reach=reach)
    except ExpressionError as error:
        st.error(workers.mistake(error))
        return Problem(slug=OWN, formula=FIRST_OWN, reach=reach), False
    if said := words.constants(knobs.parse(text).constants, _):
        st.caption(said)
    return problem, True


def _racer(slug: str, rate: float, of: str) -> Racer:
    """Show the rate and the options of one racer, under torch's own names."""
    with st.expander(slug, icon=":material/tune:"):
        st.caption(_(RACERS[slug].about))
        chosen: dict[str, Any] = {}
        for name, value in ({"learning_rate": rate} | knobs.options(slug)).items():
            chosen[name] = _option(slug, name, value, of, chosen)
    try:
        return Racer.of(slug, **chosen)
    except ValueError as error:
        st.warning(workers.plain(error))
        return Racer.of(slug, rate)


def _option(slug: str, name: str, value: Any, of: str, chosen: dict[str, Any]) -> Any:
    rule, key = knobs.rules(slug)[name], option_key(slug, name)
    if name == "learning_rate":
        return number(key, "lr", rule, float(value), of, step=abs(value) / 10)
    _usual(key, value, of)
    return training.option(name, value, momentum=bool(chosen.get("momentum")), key=key)
