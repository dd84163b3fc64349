"""What the knobs hold as a visitor comes to a page and leaves it, by the menu or by a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.core.catalog import LADDERS, Lesson
from playground.core.settings import KNOBS, Knob
from playground.ui import task
from playground.ui.knobs.builder import Values
from playground.ui.language import current
from playground.ui.session import visit

AFRESH = "afresh"  # a link carries it with a new value: what it does not set, it sets back


@dataclass
class Held:
    """What the knobs of a visit hold.

    followed: the number of the last link that started afresh. by: whose knobs they were last, as
    `arrive` names them. left: what each page's knobs were when it was left.
    """

    followed: str = ""
    by: str = ""
    left: dict[str, Any] = field(default_factory=dict)


def followed() -> str:
    """Return the number of the last link that started afresh."""
    return visit().part(Held).followed


def leave(slug: str, values: Any) -> None:
    """Keep what the knobs of `slug` are, for when the visitor comes back to them."""
    visit().part(Held).left[slug] = values


def as_left(slug: str) -> Any:
    """Return what `leave` has kept for `slug`, or None."""
    return visit().part(Held).left.get(slug)


def link(lesson: Lesson, **knobs: str) -> dict[str, str]:
    """Return the query of a link to a lesson: it sets `knobs`, and all others to the tutorial's.

    On a page with a task it keeps that, and what it locks and hides.
    """
    stage = {} if lesson is LADDERS[lesson.ladder].lessons[0] else {"stage": lesson.slug}
    return stage | afresh(**knobs)


def afresh(**knobs: str) -> dict[str, str]:
    """Return the query of a link to a page: it sets `knobs`, and all others to the tutorial's."""
    last = visit().part(Held).followed
    following = str(int(last) + 1) if last.isdecimal() and len(last) < 9 else "1"
    return {"lang": current(), **knobs, **task.kept(), AFRESH: following}


@dataclass(frozen=True)
class Arrival:
    """How a visitor comes to a page's knobs: from those of `before`; `followed` a link afresh."""

    before: str
    followed: bool


def arrive(slug: str) -> Arrival | None:
    """Return how the visitor comes to the knobs of `slug`; None if they have them already.

    A link that starts afresh counts, as it brings them back to the beginning.
    """
    held, afresh = visit().part(Held), st.query_params.get(AFRESH)
    followed = bool(afresh) and afresh != held.followed
    before, held.by = held.by or slug, slug
    if followed:
        held.followed = afresh or ""
        if visit().came_from == visit().page:
            # A link to the page it stands on leaves the address as it was; any change to the
            # parameters puts it right.
            del st.query_params[AFRESH]
    return Arrival(before, followed) if followed or before != slug else None


def fill(values: Mapping[str, Any], rules: Mapping[str, Knob]) -> None:
    """Turn all knobs of a page, those a task locks too: to `values` and, before them, the link's.

    Pages share names of knobs, and what no run sets may still become what another page left.
    """
    linked = {}
    for name, text in st.query_params.to_dict().items():
        if name in rules:
            with suppress(ValueError):
                linked[name] = rules[name].parse(name, text)
    st.session_state.update({**values, **linked})


def enter(
    slug: str,
    rules: Mapping[str, Knob],
    *,
    usual: Callable[[str], Values],
    as_kept: Callable[[Any], Values],
) -> None:
    """Set the knobs of `slug` for whoever comes from another page, or by a link that starts afresh.

    They are as the visitor left them: `as_kept` gives them from what `leave` was given. At a first
    visit, and where the link sets one of `rules`, they are the `usual` ones, but for what it sets;
    `usual` is told whose knobs the visitor comes from, or nothing if the link sets some.
    """
    arrival = arrive(slug)
    if not arrival:
        return
    named = arrival.followed or bool(st.query_params.to_dict().keys() & rules.keys())
    left = as_left(slug)
    if left and not named:
        fill(as_kept(left), {})
    else:
        fill(usual("" if named else arrival.before), rules)


def own(slug: str, usual: Mapping[str, Any]) -> None:
    """Keep the knobs in `usual` apart from those of other pages that have the same names."""
    left = visit().part(Held).left
    if arrive(slug) or slug not in left:
        fill(left.get(slug, usual), {name: KNOBS[name] for name in usual})
    left[slug] = {name: st.session_state[name] for name in usual}
