from types import SimpleNamespace

import pytest

from playground.ui import ROUTER, script, session
from playground.ui.server import hosting
from tests.apps import AppTest

AGAIN = "The server was started again while this page was open."


def open_page(slug, **query):
    at = AppTest.from_file(str(ROUTER), default_timeout=60)
    at.switch_page(str(script(slug)))
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


@pytest.mark.parametrize("name", ["seed", "epochs", "learning_rate"])
@pytest.mark.parametrize("text", ["1e999", "-inf", "nan"])
def test_a_link_to_no_number_is_reported_and_the_default_is_taken(name, text):
    at = open_page("regression", **{name: text, "noise": "0.5"})
    assert not at.exception
    assert f"{name} is '" in at.warning[0].value
    values = {knob.key: knob.value for knob in at.number_input}
    assert (values["seed"], values["epochs"], values["noise"]) == (0, 1000, 0.5)


def test_a_page_of_a_server_before_says_so_once(monkeypatch):
    page = SimpleNamespace(session_state={}, context=SimpleNamespace(cookies={}))
    monkeypatch.setattr(hosting, "st", page)
    monkeypatch.setattr(session, "st", page)
    assert not hosting.started_again()  # a browser without cookies, or a client that is none
    page.session_state.clear()
    page.context.cookies[hosting.COOKIE] = hosting.BORN
    assert not hosting.started_again()
    page.session_state.clear()
    page.context.cookies[hosting.COOKIE] = "another"
    assert hosting.started_again()
    assert not hosting.started_again()


@pytest.mark.parametrize("again", [True, False])
def test_the_page_says_that_the_server_was_started_again(monkeypatch, again):
    monkeypatch.setattr(hosting, "started_again", lambda: again)
    at = open_page("regression", lang="en")
    assert not at.exception
    assert any(info.value.startswith(AGAIN) for info in at.info) == again
