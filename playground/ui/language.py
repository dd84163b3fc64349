"""The visitor's language, and the label in it."""

from __future__ import annotations

import streamlit as st

from playground.core import i18n


def choose() -> None:
    """Show the switch between languages; the first choice is the browser's."""
    st.segmented_control(
        "Language / 语言",
        list(i18n.LANGUAGES),
        default=i18n.nearest(st.context.locale),
        required=True,
        key="lang",
        bind="query-params",
        label_visibility="collapsed",
        on_change=_keep_open,
    )


def _keep_open() -> None:
    """Leave boxes open: one with another label is another box to Streamlit, but for its key."""
    for key, value in st.session_state.items():
        if value is True:
            st.session_state[key] = True


def current() -> str:
    """Return the language chosen, one of `i18n.LANGUAGES`."""
    lang = st.session_state.get("lang")
    return lang if lang in i18n.LANGUAGES else i18n.nearest(st.context.locale)


def _(message: str) -> str:
    """Return the label `message` in the visitor's language."""
    return i18n.translator(current())(message)
