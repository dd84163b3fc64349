"""What to trace: an example, a stage or an expression, and the tensors that go in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import streamlit as st

from playground.core import expression
from playground.core import job as core_job
from playground.core.catalog import STAGES
from playground.core.expression import Expression, words
from playground.core.graphs import drawing
from playground.core.graphs.graph import Graph
from playground.core.i18n import N_, ToldError
from playground.core.settings import KNOBS, Knob, Settings
from playground.features.graph import job, knobs, values
from playground.features.graph.knobs import EXAMPLES
from playground.features.graph.view import fields
from playground.ui import workers
from playground.ui.knobs import held
from playground.ui.knobs.builder import TEXT, ask, pick
from playground.ui.language import _
from playground.ui.session import visit

OWN = "own"
AT, START = Knob(kind=float, low=-3.14, high=3.14), 2.0  # its powers are different numbers
FIRST = "(w*x - y)**2 + 0.1*w**2"
LINES = 96  # pixels: room for three lines
MOST_OF_V = 64


@dataclass
class Offered:
    """The vector v that was offered last, and by its shape what the learner typed in its place."""

    v: str | None = None
    typed: dict[tuple[int, ...], str] = field(default_factory=dict)


def traced() -> tuple[Graph, str]:
    """Show the choice and the inputs; return the graph and the code that was traced.

    Where something is wrong with them, the page says what, and goes no further.
    """
    held.own("graph", {"stage": "autograd"})
    slug = pick(_("What to trace"), [*EXAMPLES, OWN, "stage"], "example", default="error")
    if slug == "stage":
        return _stage()
    if slug == OWN:
        return _own()
    chosen = EXAMPLES[slug]
    st.caption(_(chosen.title))
    inputs = fields.of_example(chosen.slug, chosen.inputs)
    first = workers.one(job.example(chosen.slug, inputs))
    v = _vector(first)
    if v is None:
        return first, chosen.source
    return workers.one(job.example(chosen.slug, inputs, v)), chosen.source


def _stage() -> tuple[Graph, str]:
    """Trace one point of a stage, at the start of its training."""
    with st.sidebar:
        rule = KNOBS["stage"].only(STAGES)
        slug = ask("stage", "autograd", _("Stage"), rule=rule, menu=True)
        about = _("The one point that is fitted: y is sin(x).")
        x = ask("at", START, "x", rule=AT, step=0.1, help=about)
    lesson = STAGES[slug]
    return workers.one(core_job.stage(Settings.of(lesson.slug), 0, x)), lesson.source


def _own() -> tuple[Graph, str]:
    """Trace the learner's own expression."""
    text = ask(
        "expression",
        FIRST,
        _("Your expression"),
        rule=TEXT,
        height=LINES,
        help=_(
            "Numbers, names of tensors, `+ - * / ** @`, brackets, `pi`, `e`, and {known}. A line, "
            "or what stands before `;`, may give a name: `y = w*x + b`. The last one is the result."
        ).format(known=", ".join(expression.FUNCTIONS)),
    )
    parsed = _parsed(text)
    if said := words.constants(parsed.constants, _):
        st.caption(said)
    _name_strangers(parsed)
    inputs = fields.of_expression(OWN, knobs.of_expression(parsed), parsed.given)
    first = workers.one(job.own(parsed.text, inputs))
    v = _vector(first)
    if v is None:
        return first, parsed.text
    return workers.one(job.own(parsed.text, inputs, v)), parsed.text


def _parsed(text: str) -> Expression:
    """Return the expression; where there is none, say why and go no further."""
    try:
        parsed = expression.parse(text)
        knobs.check_names([one.name for one in knobs.of_expression(parsed)])
    except ToldError as error:
        fields.while_broken(OWN)
        st.error(workers.mistake(error))
        st.stop()
    return parsed


def _name_strangers(parsed: Expression) -> None:
    """Say which tensors the link gives numbers that are not in its expression, on arrival."""
    if visit().came_from == visit().page:
        return
    start, known = f"{OWN}_", {f"{OWN}_{name}" for name in parsed.names}
    known |= {f"{OWN}_{one.name}_grad" for one in knobs.of_expression(parsed)}
    strange = [name for name in st.query_params if name.startswith(start) and name not in known]
    if strange:
        names = ", ".join(name.removeprefix(start)[:24] for name in strange)
        error = ToldError(
            N_("The link gives {names}, and the expression has no such tensor"), names=names
        )
        st.warning(workers.plain(error))


def _vector(graph: Graph) -> tuple[float, ...] | None:
    """Ask for v where the result has several elements; None where it has not, or v is left out."""
    result = graph[graph.result]
    count = math.prod(result.shape)
    if not result.grad_fn or count == 1:
        return None
    label = _("v, one number for each element of {result}; empty: no v")
    label = label.format(result=drawing.called(graph, graph.result))
    with st.sidebar:
        text = ask("v", _usual_v(result.shape), label, rule=TEXT)
    _note_v(result.shape, text)
    if not text.strip():
        return None
    try:
        v = values.flat("v", text, MOST_OF_V)
    except ValueError as error:
        st.error(workers.plain(error))
        return None
    if len(v) != count:
        said = _("v has {given} numbers, and the result {needed}: give one for each.")
        st.error(said.format(given=len(v), needed=count))
        return None
    st.sidebar.caption(f"`v = {values.written(v, result.shape)}`")
    return v


def _usual_v(shape: tuple[int, ...]) -> str:
    """Return a v of ones, and put it in the place of such a one for another shape."""
    offered, state = visit().part(Offered), st.session_state
    usual = values.typed([1.0] * math.prod(shape), shape)
    if "v" in state and state["v"] == offered.v:  # nobody typed it
        state["v"] = usual
    elif "v" not in state and "v" not in st.query_params and shape in offered.typed:
        state["v"] = offered.typed[shape]
    offered.v = usual
    return usual


def _note_v(shape: tuple[int, ...], text: str) -> None:
    """Keep what the learner typed, for when a broken expression is mended."""
    offered = visit().part(Offered)
    if text == offered.v:
        offered.typed.pop(shape, None)
    else:
        offered.typed[shape] = text
