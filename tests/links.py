"""What a link of this site means; ValueError or KeyError where a part of it means nothing."""

from playground.core import tasks
from playground.core.catalog import LADDERS
from playground.core.i18n import LANGUAGES
from playground.core.settings import KNOBS, Knob, Settings
from playground.features import PAGES as SITE
from playground.features.accumulation import knobs as accumulation
from playground.features.accumulation.view.parts import PARTS
from playground.features.graph import knobs as examples
from playground.features.learning_rates import knobs as sweep
from playground.features.learning_rates import words
from playground.features.optimizers import knobs as race
from playground.features.tracking import lessons

OWN = {
    "graph": {"example": Knob(kind=str, choices=(*examples.EXAMPLES, "own", "stage"))},
    "tracking": {"lesson": Knob(kind=str, choices=tuple(lessons.LESSONS))},
    "optimizers": {"problem": Knob(kind=str, choices=tuple(race.PROBLEMS))},
    "teach": {},
}


def meaning(page, query):
    """Return the task of a link to `page`, and what the rest of it sets."""
    assert page in set(SITE)
    if "lang" in query:
        Knob(kind=str, choices=tuple(LANGUAGES)).check("lang", query["lang"])
    task, wrong = tasks.of_link(query)
    if wrong:
        raise wrong[0]
    knobs = {n: v for n, v in query.items() if n not in (*tasks.NAMES, "lang")}
    ladder = next((slug for slug, one in LADDERS.items() if one.page == page), None)
    if ladder:
        return task, of_lesson(ladder, knobs)
    kinds = {"accumulation": of_accumulation, "learning_rates": of_lab}
    return task, kinds.get(page, of_own(page))(knobs)


def of_lesson(ladder, knobs):
    given = {name: KNOBS[name].parse(name, text) for name, text in knobs.items()}
    stage = given.pop("stage", LADDERS[ladder].lessons[0].slug)
    return Settings.of(stage, ladder=ladder, **given)


def of_accumulation(knobs):
    part, rest = knobs.get("part", "loop"), {n: v for n, v in knobs.items() if n != "part"}
    kind = type(PARTS[part].usual)
    rules = accumulation.rules(kind)
    return part, kind(**{name: rules[name].parse(name, text) for name, text in rest.items()})


def of_lab(knobs):
    """Return the lab and the settings that its rate is replayed with."""
    part = knobs.get("lab", "sweep")
    if part not in words.TABS:
        raise ValueError(part)
    known = {**KNOBS, **sweep.RULES}
    given = {name: known[name].parse(name, text) for name, text in knobs.items() if name != "lab"}
    rate = given.pop("learning_rate", 1e-6)
    lab = sweep.lab(given.pop("ladder", "polynomial"), **given)
    return lab, sweep.replayed(lab, rate)


def of_own(page):
    def parsed(knobs):
        example = knobs.get("example", "")
        values = {}
        for name, text in knobs.items():
            if example and name.startswith(f"{example}_"):
                assert name.split("_")[1] in {one.name for one in examples.EXAMPLES[example].inputs}
                values[name] = examples.numbers(name, text)
            else:
                values[name] = OWN[page][name].parse(name, text)
        return values

    return parsed
