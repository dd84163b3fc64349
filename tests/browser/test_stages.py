"""Names of knobs that pages share, in a real browser, where another page's value may come late."""

import re

from playwright.sync_api import expect

from playground.features import PAGES
from tests.browser.test_browser import READY, SHOWN, wait_for_losses_other_than
from tests.browser.test_graph import READY as DRAWN

TITLE = PAGES["stages"].said(PAGES["stages"].title, str)


def menu(page, section, name):
    page.get_by_text(section, exact=True).click()
    page.get_by_role("menuitem", name=name).click()


def test_the_graphs_stage_leaves_that_of_the_training_page_alone(page, server):
    page.goto(f"{server.url}/stages?epochs=200&lang=en")
    page.wait_for_function(READY)
    menu(page, "Autograd", "The autograd graph")
    page.locator(".st-key-example").get_by_role("radio", name="stage").click()
    page.locator(".st-key-stage input").click()
    page.get_by_role("option", name="optim").click()
    page.wait_for_url(re.compile("stage=optim"))
    page.wait_for_function(DRAWN)
    menu(page, "Fit", TITLE)
    page.wait_for_function(READY)
    before = page.evaluate(SHOWN)
    assert len(before["losses"]) == 200
    page.locator(".st-key-seed input").fill("3")
    page.locator(".st-key-seed input").press("Enter")
    after = wait_for_losses_other_than(page, before["losses"])
    assert len(after["losses"]) == 200
    expect(page.locator(".st-key-stage").get_by_role("radio", name="numpy")).to_be_checked()
    assert "stage=" not in page.url
    assert "epochs=200" in page.url
    assert "seed=3" in page.url
