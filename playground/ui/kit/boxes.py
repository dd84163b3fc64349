"""Boxes that make what is in them once they are opened, and the prose of a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import streamlit as st

from playground.core import texts
from playground.ui import language, workers


def on_demand(label: str, icon: str, key: str) -> AbstractContextManager[None] | None:
    """Return a box for what takes time to make, if the visitor has opened it; or None.

    A job that fails inside of it says so there, and ends what is in the box, not the page.
    """
    box = st.expander(label, icon=f":material/{icon}:", key=key, on_change="rerun")
    return _inside(box) if box.open else None


@contextmanager
def _inside(box: Any) -> Iterator[None]:
    with box, workers.told():
        yield


def prose(name: str, **counts: int) -> None:
    """Show the prose of a page; `counts` stand in it as words."""
    st.markdown(texts.counted(name, language.current(), **counts))
