"""What to trace: an example, a stage or an expression, and the tensors that go in."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.core import expression
from playground.core import job as core_job
from playground.core.catalog import STAGES
from playground.core.expression import ExpressionError
from playground.core.graphs import drawing
from playground.core.graphs.graph import Graph
from playground.core.settings import KNOBS, Knob, Settings
from playground.features.graph import job, knobs
from playground.features.graph.knobs import EXAMPLES, Input
from playground.ui import workers
from playground.ui.knobs import held
from playground.ui.knobs.builder import TEXT, ask, pick
from playground.ui.language import _
from playground.ui.session import visit

OWN = "own"
AT, TRACKED = Knob(kind=float, low=-3.14, high=3.14), Knob(kind=bool)
START = 2.0  # its powers are different numbers
FIRST = "(w*x - y)**2 + 0.1*w**2"


@dataclass
class Offered:
    """The vector v that was offered last."""

    v: str | None = None


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
    inputs = _inputs(chosen.slug, chosen.inputs)
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
    text = ask(
        "expression",
        FIRST,
        _("Your expression"),
        rule=TEXT,
        max_chars=expression.LONGEST,
        help=_("Numbers, names of tensors, `+ - * / **`, brackets, and {known}.").format(
            known=", ".join(expression.FUNCTIONS)
        ),
    )
    try:
        parsed = expression.parse(text)
    except ExpressionError as error:
        st.error(error.said(_))
        st.stop()
    given = tuple(
        Input(name, (float(k + 1),), tracked=k == 0) for k, name in enumerate(parsed.names)
    )
    inputs = _inputs(OWN, given)
    first = workers.one(job.own(parsed.text, inputs))
    v = _vector(first)
    if v is None:
        return first, parsed.text
    return workers.one(job.own(parsed.text, inputs, v)), parsed.text


def _inputs(slug: str, given: tuple[Input, ...]) -> tuple[Input, ...]:
    """Show a field and a switch for each tensor; return what they say."""
    chosen = []
    with st.sidebar:
        for default in given:
            with st.container(border=True):
                key = f"{slug}_{default.name}"
                several = _("One number makes a scalar, several, with commas, a vector.")
                text = ask(key, default.text, default.name, rule=TEXT, help=several)
                tracked = ask(f"{key}_grad", default.tracked, "requires_grad", rule=TRACKED)
            try:
                numbers = knobs.numbers(default.name, text)
            except ValueError as error:
                st.error(workers.plain(error))
                numbers = default.numbers
            chosen.append(Input(default.name, numbers, tracked))
    return tuple(chosen)


def _vector(graph: Graph) -> tuple[float, ...] | None:
    """Ask for v where the result is a vector; None where it is not, or v is to be left out."""
    result = graph[graph.result]
    if not result.grad_fn or result.shape in ((), (1,)):
        return None
    count = result.shape[0]
    label = _("v, one number for each element of {result}; empty: no v")
    label = label.format(result=drawing.called(graph, graph.result))
    with st.sidebar:
        text = ask("v", _usual_v(count), label, rule=TEXT)
    if not text.strip():
        return None
    try:
        v = knobs.numbers("v", text)
    except ValueError as error:
        st.error(workers.plain(error))
        return None
    if len(v) != count:
        st.error(
            _("v has {given} numbers, and the result {needed}: give one for each.").format(
                given=len(v), needed=count
            )
        )
        return None
    return v


def _usual_v(count: int) -> str:
    """Return a v of ones, and put it in the place of such a one for another count."""
    offered, state = visit().part(Offered), st.session_state
    usual = ", ".join(["1"] * count)
    if "v" in state and state["v"] == offered.v:  # nobody typed it
        state["v"] = usual
    offered.v = usual
    return usual
