"""The browser's page around ours: its title, its language, its places in the history."""

from __future__ import annotations

import streamlit as st

from playground.ui import language
from playground.ui.kit import components
from playground.ui.knobs import held

# knobs that choose what a page is about: Back leads to the choice before
PLACES = ("stage", "lesson", "example", "part", "lab", "problem", "track")

_page = st.components.v2.component("page", js=components.script("page", __file__))


def show() -> None:
    """Tell the browser where it is. It must come after the page, which takes up its link."""
    data = {"lang": language.current(), "places": PLACES, "followed": held.followed()}
    _page(data=data, key="page_frame", height=0)
