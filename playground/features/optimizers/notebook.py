"""A race in a notebook: run in its process, ranked in words, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from playground.core import notebook
from playground.core.relief import CONTOUR
from playground.core.settings import Knob, check_names
from playground.features.optimizers import arena, knobs, results, words
from playground.features.optimizers.figures import replay
from playground.features.optimizers.knobs import (
    FIRST_RACERS,
    GOAL,
    PLACE,
    STEPS,
    USUAL_STEPS,
    Problem,
    Race,
    Racer,
)
from playground.features.optimizers.problems import CUBIC, PROBLEMS, Arena
from playground.features.optimizers.racers import RACERS
from playground.features.optimizers.results import Landscape, Run

if TYPE_CHECKING:
    import plotly.graph_objects as go  # type: ignore[import-untyped]


@dataclass(frozen=True, repr=False)
class Raced:
    """A race that was run: the function on a grid, and what each racer did, by its name."""

    race: Race
    landscape: Landscape
    runs: Mapping[str, Run]

    @property
    def goal(self) -> float:
        """The loss that wins, if no other is asked for."""
        first = next(iter(self.runs.values()))
        return arena.goal(self.race.problem, self.landscape, float(first.loss[0]))

    def ranking(self, goal: float | None = None) -> list[Run]:
        """Return the runs, the first to get down to `goal` first; then by their last losses.

        Raises ValueError for a goal that is no finite number.
        """
        return results.ranking(list(self.runs.values()), self._goal(goal))

    def figure(self, goal: float | None = None, language: str | None = None) -> go.Figure:
        """Return the replay of the race: the paths on the function's levels, and the losses.

        language: one of `LANGUAGES`, as `en`. Raises ValueError for another, and for a goal
        that is no finite number.
        """
        _ = notebook.translator(language)
        runs = list(self.runs.values())
        made = replay.race(self.race, self.landscape, runs, self._goal(goal), CONTOUR, _)
        return notebook.drawn(made)

    def _goal(self, goal: float | None) -> float:
        return self.goal if goal is None else float(GOAL.check("goal", goal))

    def __repr__(self) -> str:
        """Return in one line what was raced down, from where, and when each racer arrived."""
        goal, start = self.goal, ", ".join(f"{value:.4g}" for value in self.race.start)
        epochs = [(run.slug, run.reaches(goal)) for run in self.ranking()]
        came = ", ".join(f"{slug} {'never' if k is None else f'at {k}'}" for slug, k in epochs)
        what = f"{self.race.problem.slug} from ({start}), {self.race.steps} steps"
        return f"Raced({what}; down to {goal:.4g}: {came})"

    def _repr_html_(self) -> str:
        """Return who won and who ran away, and the ranking as a table."""
        _ = notebook.translator()
        runs, goal = list(self.runs.values()), self.goal
        said = [words.result(self.race, runs, goal, _), words.diverged(runs, _)]
        said += [f"{words.raised(run, _)} {run.error}" for run in runs if run.error]
        table = words.table(self.race, runs, goal, _)
        return notebook.card(said, list(zip(*table.values(), strict=True)), list(table))


def race(
    problem: str = CUBIC,
    racers: Sequence[str] = FIRST_RACERS,
    *,
    steps: int = USUAL_STEPS,
    start: Sequence[float] | None = None,
    learning_rates: Mapping[str, float] = MappingProxyType({}),
    options: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    **more: Any,
) -> Raced:
    """Race optimizers down one function from one start, in this process.

    problem: `cubic`, `line`, `own`, or a known surface, such as `rosenbrock`.
    racers: 1 to 8 names, such as `SGD`, `momentum` or `Adam`.
    start: the two weights that are seen; the problem's own where it is not given.
    learning_rates, options: a racer's rate, and its other options by the names they have on the
        page; those not given are the racer's own.
    more: of `cubic`, the `target`, the `pair` of weights that is seen, and whether the other two
        are trained too (`free`); of `line`, the `data` as text; of `own`, the `formula` and how
        far its picture reaches (`reach`).

    Raises ValueError for an unknown name or a value out of bounds; the text names the value, the
    bounds and the choices.
    """
    from playground.features.optimizers.work import running  # not above: torch takes seconds

    chosen = _problem(problem, more)
    known = arena.arena(chosen)
    of = Race(
        chosen,
        known.start if start is None else _start(start, chosen),
        STEPS.check("steps", steps),
        _racers(racers, known, learning_rates, options),
    )
    landscape, *runs = running.run(of)
    assert isinstance(landscape, Landscape)
    return Raced(of, landscape, {run.slug: run for run in runs if isinstance(run, Run)})


def _problem(slug: str, given: Mapping[str, Any]) -> Problem:
    slug = Knob(kind=str, choices=tuple(PROBLEMS)).check("problem", slug)
    check_names(given, PROBLEMS[slug].knobs, slug)
    return Problem(slug=slug, **given)


def _start(start: Sequence[float], problem: Problem) -> tuple[float, float]:
    one, other = problem.names
    try:
        first, second = start
    except (TypeError, ValueError):
        rule = f"it must be two numbers, {one} and {other}"
        raise ValueError(f"start is {start!r}, but {rule}") from None
    return PLACE.check(f"start, {one}", first), PLACE.check(f"start, {other}", second)


def _racers(
    racers: Sequence[str],
    known: Arena,
    rates: Mapping[str, float],
    options: Mapping[str, Mapping[str, Any]],
) -> tuple[Racer, ...]:
    slugs = [racers] if isinstance(racers, str) else list(racers)
    for slug in slugs:
        Knob(kind=str, choices=tuple(RACERS)).check("racer", slug)
        if slugs.count(slug) > 1:
            raise ValueError(f"racers has {slug} {slugs.count(slug)} times, but each races once")
    here = Knob(kind=str, choices=tuple(slugs))
    for slug in rates:
        here.check("a racer in learning_rates", slug)
    for slug, own in options.items():
        check_names(own, knobs.options(here.check("a racer in options", slug)), slug)
    return tuple(
        Racer.of(slug, rates.get(slug, known.rate(slug)), **options.get(slug, {})) for slug in slugs
    )
