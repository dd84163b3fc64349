"""What in a link means nothing: it is named, and mended where a widget would fail at it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from playground.core.settings import KNOBS, Knob
from playground.ui import workers
from playground.ui.language import _


def report_broken_link(rules: Mapping[str, Knob], box: Any = st) -> None:
    """Say in `box` which values of the link break their rules; the widgets fall back on their own.

    Only what `rules` names is looked at. It must come before the widgets: they clear the link.
    """
    errors = []
    for name, text in st.query_params.to_dict().items():
        if name in rules:
            try:
                rules[name].parse(name, text)
            except ValueError as error:
                errors.append(error)
    report(errors, box)


def report(errors: Iterable[ValueError], box: Any = st) -> None:
    """Say in `box` what the `errors` say of values of the link, if there are some."""
    items = [f"\n- {workers.plain(error)}" for error in errors]
    if items:
        said = _("This link holds values that mean nothing here; the defaults take their place:")
        box.warning(said + "".join(items))


def mend_link(page: Any) -> None:
    """Open `page` anew if its link holds an infinite number, with a large one in its place.

    Streamlit's widget for whole numbers raises an error where a link gives it an infinite one.
    """
    link = st.query_params.to_dict()
    if all(_takes_any(name) or _finite(text) == text for name, text in link.items()):
        return
    given = {name: st.query_params.get_all(name) for name in link if name != "lang"}
    finite = {
        name: texts if _takes_any(name) else [_finite(text) for text in texts]
        for name, texts in given.items()
    }
    if finite == given:
        return
    try:
        st.switch_page(page, query_params=finite)
    except StreamlitAPIException:  # widgets of this page hold parts of its link: it is left
        st.switch_page(page, query_params={})


def _takes_any(name: str) -> bool:
    return name in KNOBS and KNOBS[name].kind is not int


def _finite(text: str) -> str:
    try:
        return "1e99" if math.isinf(float(text)) else text
    except ValueError:
        return text
