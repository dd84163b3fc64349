"""The published links of `links.txt`, and what a link says, read without opening its page.

A line is an address, " => ", and its meaning in JSON, where a knob has its name in links:
    lang, task   what the link says of language and task, where it does
    set          every knob of the page that the link opens, those it does not name too
    broken       whose values mean nothing, so that the page says so and takes its own
    shown        what the page then shows, read by `tests.opened`
A number in `shown` has six significant digits; one in quotes stands so on the page.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from playground.core import settings, tasks
from playground.core.catalog import LADDERS
from playground.core.expression import ExpressionError, parse
from playground.core.i18n import LANGUAGES
from playground.core.settings import KNOBS, Knob
from playground.features.accumulation import knobs as accumulation
from playground.features.accumulation.view.parts import PARTS
from playground.features.graph import knobs as examples
from playground.features.learning_rates import knobs as sweep
from playground.features.learning_rates import words as sweep_texts
from playground.features.optimizers import arena
from playground.features.optimizers import knobs as race
from playground.features.regression.saved import results as records
from playground.features.stages.function_lab import results as checks
from playground.features.teach.plans import TRACKS
from playground.features.tracking import lessons as tracking

LINKS = Path(__file__).with_name("links.txt")
ARROW = " => "

TEXT = Knob(kind=str, form=str)  # of one's own points: the page says which line is none
AT = Knob(kind=int, low=0, high=30_000)
VIEW = Knob(kind=str, choices=("contour", "relief"))
TURN = Knob(kind=int, low=0, high=360)
NUMBER = Knob(kind=float, low=-1e6, high=1e6)
OF_A_LINE = {"view": VIEW, "view_turn": TURN, "at_x": NUMBER}
ASIDE = {  # what a page has besides its knobs: told only where the link names it
    "stages": {"graph_epoch": AT, "graph_step": AT, "flip_epoch": AT, "flip": AT}
    | {"function": Knob(kind=str, choices=tuple(checks.FUNCTIONS))},
    "one_weight": OF_A_LINE,
    "regression": OF_A_LINE
    | {"from": Knob(kind=str, choices=("upload", *records.NAMES))}
    | {"more": Knob(kind=str, choices=tuple(map(str, records.LONGER)))}
    | {"broken": Knob(kind=str, choices=tuple(records.BROKEN))},
    "graph": {"step": AT},
    "optimizers": {"race_view": VIEW, "race_view_turn": TURN, "race_target": race.GOAL}
    | dict.fromkeys(("apart", "by_hand"), Knob(kind=str, choices=tuple(race.RACERS)))
    | {"apart_epoch": AT},
}


@dataclass(frozen=True)
class Link:
    """A published link: its address, from the leading slash, and what it is held to mean."""

    address: str
    means: dict

    @property
    def page(self):
        return urlsplit(self.address).path.strip("/") or "home"

    @property
    def query(self):
        """What the link names: a list where a name has several values."""
        return tasks.parsed(urlsplit(self.address).query)


@cache
def corpus():
    lines = LINKS.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(ARROW, 1) for line in lines if line and not line.startswith("#")]
    return tuple(Link(address, json.loads(means)) for address, means in pairs)


def told(link):
    """Return what `link` says: all of its meaning but what is `shown`."""
    query = {n: v[-1] if isinstance(v, list) else v for n, v in link.query.items()}
    task, wrong = tasks.of_link(query)
    given, broken = _kept(ASIDE.get(link.page, {}), query)
    values, also = _page(link)(query)
    asked = {"text": task.text, "lock": sorted(task.locked), "hide": sorted(task.hidden)}
    means = {
        "lang": query["lang"] if query.get("lang") in LANGUAGES else "",
        "task": {name: what for name, what in (asked | {"predict": task.predict}).items() if what},
        "set": values | given,
        "broken": sorted([e.fields["name"] for e in wrong] + broken + also),
    }
    return {name: what for name, what in means.items() if what or name == "set"}


def _page(link):
    pages = {one.page: one for one in LADDERS.values()}
    if link.page in pages:
        return lambda query: _lesson(pages[link.page], query)
    if link.page == "optimizers":
        return lambda query: _race(query, link.query.get("racers", list(race.FIRST_RACERS)))
    pages = {"home": _nothing, "graph": _graph, "tracking": _tracking, "teach": _teach}
    return {**pages, "accumulation": _accumulation, "learning_rates": _lab}[link.page]


def _kept(rules, query):
    """Return what of `query` keeps its rule in `rules`, and the names of what does not."""
    values, broken = {}, []
    for name, text in query.items():
        if name in rules:
            try:
                values[name] = rules[name].parse(name, text)
            except ValueError:
                broken.append(name)
    return values, broken


def _nothing(query):
    return {}, []


def _lesson(ladder, query):
    rules = {**KNOBS, "stage": KNOBS["stage"].only(ladder.stages), "data": TEXT}
    given, broken = _kept(rules, query)
    lesson = ladder.stages[given.get("stage", ladder.lessons[0].slug)]
    optimizer = given.get("optimizer")
    values = settings.defaults(lesson, optimizer)
    known = settings.knobs(lesson, optimizer)
    stage = {"stage": lesson.slug} if len(ladder.lessons) > 1 else {}
    return stage | {name: given.get(name, values[name]) for name in known}, broken


def _accumulation(query):
    parts = tuple(PARTS)
    given, broken = _kept({"part": Knob(kind=str, choices=parts)}, query)
    part = given.get("part", parts[0])
    kind = type(PARTS[part].usual)
    values, also = _kept(accumulation.rules(kind), query)
    return {"part": part} | vars(kind(**values)), broken + also


def _lab(query):
    rules = {**KNOBS, **sweep.RULES, "ladder": KNOBS["ladder"].only(sweep.FITS), "data": TEXT}
    given, broken = _kept({**rules, "lab": Knob(kind=str, choices=sweep_texts.TABS)}, query)
    lab, ladder = given.get("lab", sweep_texts.TABS[0]), given.get("ladder", "polynomial")
    lesson = sweep.FITS[ladder]
    left_out = {"optimizer", "device", "nesterov", "weight_decay"}
    if lab == "conditioning":
        left_out.add("learning_rate")
    names = [name for name in settings.knobs(lesson, "SGD") if name not in left_out]
    values = settings.defaults(lesson, "SGD") | {"below": 2.5, "above": 0.0}
    values = {name: given.get(name, values[name]) for name in (*names, "below", "above")}
    return {"lab": lab, "ladder": ladder} | values, broken


def _race(query, racers):
    slugs = tuple(race.RACERS)
    named = [racers] if isinstance(racers, str) else racers
    racers = [slug for slug in slugs if slug in named]
    given, broken = _kept({"problem": Knob(kind=str, choices=tuple(race.PROBLEMS))}, query)
    slug = given.get("problem", race.CUBIC)
    values, also = _problem(slug, query)
    also += ["racers"] if set(named) - set(slugs) else []
    values = {"problem": slug, "racers": racers} | values
    try:
        usual, rules = _racing(slug, racers, values)
    except ExpressionError:  # the page says so and goes no further
        return values, broken + also
    given, wrong = _kept(rules, query)
    return values | usual | given, broken + also + wrong


def _racing(slug, racers, values):
    """Return the knobs of a race on a problem: what each is unless the link says, and its rule."""
    names = {"race_pair": "pair", "race_free": "free", "race_f": "formula", "race_reach": "reach"}
    names |= {"target": "target", "data": "data"}
    of = {names[name]: value for name, value in values.items() if name in names}
    known = arena.arena(race.Problem(slug=slug, **of))
    rules = {"race_steps": race.STEPS, "race_x": race.PLACE, "race_y": race.PLACE}
    usual = {"race_steps": 300, "race_x": known.start[0], "race_y": known.start[1]}
    for name in racers:
        options = {"learning_rate": known.rate(name)} | race.options(name)
        url = {o: f"race_{'lr' if o == 'learning_rate' else o}_{name}" for o in options}
        usual |= {url[option]: value for option, value in options.items()}
        rules |= {url[option]: rule for option, rule in race.rules(name).items()}
    return usual, rules


def _problem(slug, query):
    """Return what else says which function is raced on."""
    rules, usual = {}, {}
    if slug == race.CUBIC:
        rules = {"target": KNOBS["target"], "race_free": Knob(kind=bool)}
        rules |= {"race_pair": Knob(kind=str, choices=tuple(race.PAIRS))}
        usual = {"target": "sin", "race_pair": "bd", "race_free": False}
    if slug == race.LINE:
        usual = {"data": query.get("data", "")}
    if slug == race.OWN:
        rules, usual = {"race_reach": race.REACH}, {"race_reach": 2.0}
        usual["race_f"] = query.get("race_f", race.FIRST_OWN)
    given, broken = _kept(rules, query)
    return usual | given, broken


def _graph(query):
    choices = (*examples.EXAMPLES, "own", "stage")
    given, broken = _kept({"example": Knob(kind=str, choices=choices)}, query)
    example = given.get("example", "error")
    if example == "stage":
        stages = KNOBS["stage"].only(LADDERS["polynomial"].stages)
        found, _wrong = _kept({"stage": stages, "at": NUMBER}, query)
        return {"example": example, "stage": "autograd", "at": 2.0} | found, broken
    values, inputs, typed = {"example": example}, (), None
    if example == "own":
        values["expression"] = query.get("expression", "(w*x - y)**2 + 0.1*w**2")
        try:
            parsed = parse(values["expression"])
        except ExpressionError:  # the page says so and goes no further
            return values, broken
        inputs, typed = examples.of_expression(parsed), parsed.names
    for one in inputs or examples.EXAMPLES[example].inputs:
        name = f"{example}_{one.name}"
        if typed is None or one.name in typed:  # else the expression gives its numbers
            values[name] = query.get(name, one.text)
        found, _wrong = _kept({f"{name}_grad": Knob(kind=bool)}, query)
        values |= {f"{name}_grad": one.tracked} | found
    return values | ({"v": query["v"]} if "v" in query else {}), broken


def _tracking(query):
    rules = {"lesson": Knob(kind=str, choices=tuple(tracking.LESSONS))}
    given, broken = _kept(rules, query)
    lesson = given.get("lesson", next(iter(tracking.LESSONS)))
    count = len(tracking.LESSONS[lesson].source.splitlines())
    found, also = _kept({"line": Knob(kind=int, low=1, high=count)}, query)
    return {"lesson": lesson} | found, broken + also


def _teach(query):
    given, broken = _kept({"show": Knob(kind=str, choices=("tasks", "plans"))}, query)
    if given.get("show") != "plans":
        return {"show": "tasks"}, broken
    found, also = _kept({"track": Knob(kind=str, choices=tuple(TRACKS))}, query)
    return {"show": "plans", "track": next(iter(TRACKS))} | found, broken + also
