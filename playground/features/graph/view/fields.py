"""The fields of the tensors that go in: numbers, what was read, and requires_grad."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.core.expression import Given
from playground.core.settings import Knob
from playground.features.graph import values, words
from playground.features.graph.knobs import Input
from playground.ui import task, workers
from playground.ui.knobs.builder import TEXT, ask
from playground.ui.language import _
from playground.ui.session import visit

TRACKED = Knob(kind=bool)


@dataclass
class Kept:
    """The fields of one's own expression in a visit.

    last: those of the last expression that was understood. usual: what each had before anybody
    turned it, by its key. turned: what the learner made of those that were.
    """

    last: tuple[tuple[Input, Given | None], ...] = ()
    usual: dict[str, Any] = field(default_factory=dict)
    turned: dict[str, Any] = field(default_factory=dict)


def of_example(slug: str, given: tuple[Input, ...]) -> tuple[Input, ...]:
    """Show a field and a switch for each tensor of an example; return what they say."""
    with st.sidebar:
        return tuple(_field(f"{slug}_{one.name}", one) for one in given)


def of_expression(
    slug: str, inputs: tuple[Input, ...], given: tuple[Given, ...]
) -> tuple[Input, ...]:
    """Show them for one's own expression; those whose numbers it gives have the switch alone."""
    by_name = {one.name: one for one in given}
    kept = visit().part(Kept)
    kept.last = tuple((one, by_name.get(one.name)) for one in inputs)
    return _kept(slug)


def while_broken(slug: str) -> None:
    """Show the fields of the last expression that was understood, so that nothing is lost."""
    _kept(slug)


def _kept(slug: str) -> tuple[Input, ...]:
    found = []
    with st.sidebar:
        for one, given in visit().part(Kept).last:
            key = f"{slug}_{one.name}"
            _hold(f"{key}_grad", one.tracked)
            if not given:
                _hold(key, one.text)
            found.append(_field(key, one, given))
            _note(f"{key}_grad", found[-1].tracked)
    return tuple(found)


def _hold(key: str, usual: Any) -> None:
    """Let a field say what it said, and its usual value if nobody turned it.

    It is set in any case: where the usual value is another, the browser would show that one.
    """
    kept, state = visit().part(Kept), st.session_state
    if task.keeps(key):
        return
    if key in kept.turned and (key in state or key not in st.query_params):
        state[key] = state.get(key, kept.turned[key])
    elif key in state:
        state[key] = usual if state[key] == kept.usual.get(key) else state[key]
    kept.usual[key] = usual


def _note(key: str, said: Any) -> None:
    """Remember what the learner made of a field, for when its tensor comes back."""
    kept = visit().part(Kept)
    if key in kept.turned or said != kept.usual.get(key, said):
        kept.turned[key] = said


def _field(key: str, usual: Input, given: Given | None = None) -> Input:
    """Show one tensor's field, or what the expression gives it, and its switch."""
    with st.container(border=True):
        read = usual
        if given:
            st.markdown(f"**{usual.name}**")
            text = _("{read}; from line {line} of the expression")
            st.caption(text.format(read=words.read_as(usual, _), line=given.line))
        else:
            read = _numbers(key, usual)
        tracked = ask(f"{key}_grad", usual.tracked, "requires_grad", rule=TRACKED)
    return Input(usual.name, read.numbers, tracked, read.shape)


def _numbers(key: str, usual: Input) -> Input:
    """Show a field for numbers, and beside it what was read; the usual ones if that is nothing."""
    about = _(
        "One number makes a scalar, several, as `1, 2, 3`, a vector; rows, as `1 2; 3 4`, a matrix."
    )
    text = ask(key, usual.text, usual.name, rule=TEXT, help=about)
    _note(key, text)
    try:
        found = values.read(usual.name, text)
    except ValueError as error:
        st.error(workers.plain(error))
        said = _("Until then the graph takes {read}.").format(read=words.read_as(usual, _))
        st.caption(said)
        return usual
    read = Input(usual.name, found.numbers, usual.tracked, found.shape)
    st.caption(words.read_as(read, _))
    return read
