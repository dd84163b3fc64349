"""Walk through a graph: the drawing, its steps, the chain rule, the code, and what is saved."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import streamlit as st

from playground.core.graphs import drawing, meanings
from playground.core.graphs.graph import Graph
from playground.core.i18n import joined
from playground.core.settings import Knob
from playground.ui import workers
from playground.ui.kit import components
from playground.ui.knobs.builder import ask
from playground.ui.language import _
from playground.ui.session import visit

PLAY_SECONDS = 1.2
WIDE = 9  # nodes that find room beside the words

_save_svg = st.components.v2.component(
    "save_svg",
    html='<button type="button"></button>',
    css=components.BUTTON_CSS,
    js=components.script("save_svg", __file__),
)


@dataclass
class Walked:
    """The walks of a visit.

    last: the last step of the graph that was shown, by the slider's key. moved: when the walk that
    plays by itself went a step. over: whether it has come to its end.
    """

    last: dict[str, int] = field(default_factory=dict)
    moved: float = 0.0
    over: bool = False


def walk(graph: Graph, source: str, key: str = "step") -> None:
    """Show `graph`, and the controls to go through it step by step.

    source: the code that was traced. key: the name in the link of the step.
    """
    if graph.error:
        st.error(workers.plain(graph.error))
        st.markdown(meanings.of_a_graph(graph.error, _))
    if not graph.nodes:
        return
    state, last = st.session_state, graph.last_step
    walked = visit().part(Walked)
    at_end = state.get(key) == walked.last.get(key)
    if key in state:  # set in any case: a slider of another length takes what was last set here
        state[key] = last if at_end else min(state[key], last)
    walked.last[key] = last
    _play_toggle(key)
    every = PLAY_SECONDS if state.get("play") and last else None
    st.fragment(_steps, run_every=every)(graph, source, key)


def _steps(graph: Graph, source: str, key: str) -> None:
    """Show one step; a large graph has the whole width, and the words stand above and below."""
    if st.session_state.get(key, 0) > graph.last_step:  # sent for another graph, on its way here
        st.session_state[key] = graph.last_step
    _advance(graph, key)
    if len(graph.nodes) > WIDE:
        step = _controls(graph, key)
        _at_work(graph, step)
        dot = _drawing(graph, step)
        _code(graph, step, source)
    else:
        left, right = st.columns([3, 2], gap="medium")
        with left:
            step = _controls(graph, key)
            dot = _drawing(graph, step)
        with right:
            _at_work(graph, step)
            _code(graph, step, source)
    _saved(graph)
    with st.expander(_("The graph in words"), icon=":material/list:"):
        st.markdown(drawing.words(graph, step, _))
    _downloads(dot)


def _drawing(graph: Graph, step: int) -> str:
    """Show the drawing and return its DOT."""
    dot = drawing.dot(graph, step, _, dark=st.context.theme.type == "dark")
    with st.container(key="graph_drawing"):
        st.graphviz_chart(dot, alt=alt(graph, step))
    return dot


def _advance(graph: Graph, key: str) -> None:
    """While the walk plays by itself, go a step further, and stop at the end."""
    state = st.session_state
    if not state.get("play"):
        return
    now, walked = time.monotonic(), visit().part(Walked)
    if now - walked.moved < PLAY_SECONDS / 2:  # a press, not the clock, brought us here
        return
    walked.moved = now
    if state.get(key, graph.last_step) < graph.last_step:
        state[key] = state.get(key, 0) + 1
    else:
        walked.over = True
        st.rerun()


def _play_toggle(key: str) -> None:
    """Show the switch that lets the walk go by itself."""
    state, walked = st.session_state, visit().part(Walked)
    if walked.over:
        walked.over = state["play"] = False

    def begin() -> None:
        if state["play"]:
            state[key] = 0
            walked.moved = time.monotonic()

    st.toggle(_("Play by itself"), key="play", on_change=begin)


def _controls(graph: Graph, key: str) -> int:
    if not graph.last_step:  # a tensor alone, untracked: nothing was computed
        st.markdown(_place(graph, 0))
        return 0
    slot = st.container()
    step: int = ask(
        key,
        graph.last_step,
        _("Step"),
        rule=Knob(kind=int, low=0, high=graph.last_step),
        slider=True,
        label_visibility="collapsed",
    )
    with slot.container(horizontal=True, vertical_alignment="center"):
        _buttons(graph, step, key)
        st.markdown(_place(graph, step))
    return step


def _buttons(graph: Graph, step: int, key: str) -> None:
    """Show what leads from `step` to others."""
    for name, icon, to in (
        (_("Start"), "first_page", 0),
        (_("Back"), "chevron_left", step - 1),
        (_("Next"), "chevron_right", step + 1),
        (_("Backward pass"), "swap_horiz", len(graph.forward) + 1),
        (_("End"), "last_page", graph.last_step),
    ):
        within = min(graph.last_step, max(0, to))
        st.button(
            name,
            icon=f":material/{icon}:",
            key=f"{key}_{icon}",
            on_click=st.session_state.update,
            args=({key: within},),
            disabled=within == step,
        )


def _place(graph: Graph, step: int) -> str:
    turn, last = len(graph.forward), graph.last_step
    if step == 0:
        return _("the inputs")
    if step <= turn:
        return _("forward {step} of {count}").format(step=step, count=turn)
    return _("backward {step} of {count}").format(step=step - turn, count=last - turn)


def alt(graph: Graph, step: int) -> str:
    """Return what the drawing shows, for a screen reader."""
    place = _place(graph, step)
    said = joined(drawing.rule(graph, step, _), _)
    text = _("The autograd graph of {result}, {count} nodes; {place}. {said}")
    return text.format(
        result=drawing.called(graph, graph.result), count=len(graph.nodes), place=place, said=said
    )


def _at_work(graph: Graph, step: int) -> None:
    st.subheader(_("At this step"), anchor=False)
    st.markdown("\n\n".join(drawing.rule(graph, step, _)))


def _code(graph: Graph, step: int, source: str) -> None:
    """Show the code with what made the node at work marked: the line, or a part of an expression.

    The mark on a line is a comment, so that what is copied from the page still runs.
    """
    key, _backward = graph.at(step)
    node = graph[key] if key else None
    lines = source.split("\n")
    if node and node.line and node.column is not None:
        within = min(len(node.text), len(lines[node.line - 1]) - node.column)
        lines.insert(node.line, " " * node.column + "^" * within)
    elif node and node.line:
        lines[node.line - 1] += "  # ◀"
    st.code("\n".join(lines), language="python")


def _saved(graph: Graph) -> None:
    """Show what each node keeps for the backward pass."""
    rows = [
        {_("node"): node.grad_fn, _("keeps"): name, _("value"): text}
        for node in graph.nodes
        for name, text in node.saved
    ]
    with st.expander(_("What the nodes keep for the backward pass"), icon=":material/save:"):
        if rows:
            st.dataframe(rows, hide_index=True)
        else:
            st.markdown(_("Nothing: no operation here needs its inputs to find its gradient."))


def _downloads(dot: str) -> None:
    with st.container(horizontal=True):
        st.download_button("DOT", dot, "graph.dot", "text/vnd.graphviz", key="save_dot")
        _save_svg(data={"label": "SVG", "file": "graph.svg"}, key="save_svg", width="content")
