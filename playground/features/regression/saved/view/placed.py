"""Weights that lie deeper in a file, or under a prefix: shown with what torch says, and taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

import streamlit as st

from playground.features.regression.saved import reasons, words
from playground.features.regression.saved.results import Loaded, Place
from playground.ui import workers
from playground.ui.language import _
from playground.ui.session import visit


@dataclass
class Taken:
    """The place that the learner chose in a file: by the file's hash, that of the last one."""

    places: dict[bytes, Place] = field(default_factory=dict)


def chosen(content: bytes) -> Place | None:
    """Return the place in the file `content` that the learner chose, or None."""
    return visit().part(Taken).places.get(sha256(content).digest())


def offer(found: Loaded, content: bytes) -> None:
    """Show where weights lie in a file that did not fit, each with a button that takes them."""
    for k, other in enumerate(found.offers):
        with st.container(border=True, gap="small"):
            st.markdown(reasons.where(other.place, workers.plain, _))
            _verdict(other)
            label = _("Take them from there")
            st.button(label, key=f"take_{k}", on_click=_take, args=(content, other.place))


def whole(place: Place, content: bytes) -> None:
    """Say which place in the file is read, with a button that goes back to the whole file."""
    st.caption(reasons.where(place, workers.plain, _))
    st.button(
        _("Read the whole file again"), key="take_whole", on_click=_take, args=(content, None)
    )


def _verdict(other: Loaded) -> None:
    if other.refused:
        st.caption(words.refusal(other, workers.plain, _))
    elif other.raised:
        st.caption(_("From there torch says:"))
        st.code(reasons.message(other.raised), language=None, wrap_lines=True)
    else:
        st.caption(_("From there torch says {answer}.").format(answer=workers.plain(other.answer)))


def _take(content: bytes, place: Place | None) -> None:
    places = visit().part(Taken).places
    places.clear()
    if place:
        places[sha256(content).digest()] = place
