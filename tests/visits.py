"""Drive the pages as a visitor does, and read what they see and what the visit keeps."""

from unittest.mock import patch

import streamlit as st

from playground.ui import ROUTER, script
from playground.ui.knobs import held
from playground.ui.run import follow
from playground.ui.session import KEY
from tests.apps import AppTest


def visit(page="stages", **query):
    """Open a page from a link, as a visitor does."""
    at = AppTest.from_file(ROUTER, default_timeout=60)
    at.switch_page(str(script(page)))
    for name, value in query.items():
        at.query_params[name] = value if isinstance(value, list) else str(value)
    at.run()
    assert not at.exception
    return at


def go(at, page, **query):
    """Go to another page by the menu, which leaves the link's values behind, or by a link."""
    at.query_params.clear()
    for name, value in query.items():
        at.query_params[name] = str(value)
    at.switch_page(str(script(page))).run()
    assert not at.exception


def shown(at):
    """Return every text on the page, for what a visitor reads."""
    kinds = (at.markdown, at.caption, at.success, at.info, at.warning, at.error, at.title)
    return "\n".join(element.value for kind in kinds for element in kind)


def within(at, function, *args, **named):
    """Call a function of the app within a visit, as its pages do."""
    with patch.object(st, "session_state", {KEY: at.session_state[KEY]}):
        return function(*args, **named)


def result(at):
    """Return what the visitor tried last, or None."""
    return within(at, follow.last)


def left(at, page):
    """Return what the knobs of a page were when it was left, or are now."""
    return within(at, held.as_left, page)
