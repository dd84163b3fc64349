"""The page keeps its place: its scroll, what Back leads to, its title and language."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import still
from tests.browser.test_browser import READY

WATCH = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  window.seen = { tops: [], shift: 0 };
  new PerformanceObserver(list => list.getEntries().forEach(e => (seen.shift += e.value)))
    .observe({ type: 'layout-shift' });
  const frame = () => { seen.tops.push(Math.round(main.scrollTop)); requestAnimationFrame(frame); };
  frame();
}"""
TOP = """() => document.querySelector('.st-key-figure').getBoundingClientRect().top"""


def scroll(page, top):
    page.evaluate(f"document.querySelector('[data-testid=stMain]').scrollTo(0, {top})")


@pytest.mark.parametrize(
    ("link", "knob", "top"),
    [
        ("stages?epochs=200", "epochs", 250),
        ("stages?stage=nn&epochs=200", "seed", 250),
        ("regression?epochs=200", "epochs", 500),
    ],
)
def test_a_knobs_turn_moves_nothing(page, server, link, knob, top):
    page.goto(f"{server.url}/{link}&lang=en")
    page.wait_for_function(READY)
    still(page)
    scroll(page, top)
    loss = page.locator("[data-testid=stMetricValue]").first
    before = loss.inner_text()
    page.evaluate(WATCH)
    page.locator(f".st-key-{knob} input").fill("150")
    page.locator(f".st-key-{knob} input").press("Enter")
    expect(loss).not_to_have_text(before)
    still(page)
    seen = page.evaluate("seen")
    assert set(seen["tops"]) == {top}  # in every frame
    assert seen["shift"] < 1e-3  # a number in the formulas may be wider than before


def test_a_thing_to_try_brings_the_figure_into_view(page, server):
    page.goto(f"{server.url}/stages?epochs=200&lang=en")
    page.wait_for_function(READY)
    still(page)
    scroll(page, 1000)
    assert page.evaluate(TOP) < -500
    page.get_by_role("link", name=re.compile("^Just over")).click()
    page.wait_for_function(f"() => {{ const top = ({TOP})(); return 60 < top && top < 300 }}")
    still(page)
    assert 60 < page.evaluate(TOP) < 300


def test_back_goes_through_stages_and_tries_as_they_were(page, server):
    def at(stage, **knobs):
        expect(page.locator(".st-key-stage").get_by_role("radio", name=stage)).to_be_checked()
        for knob, value in knobs.items():
            expect(page.locator(f".st-key-{knob} input")).to_have_value(value)
        still(page)
        page.wait_for_timeout(1000)  # the pace of a person: Streamlit has to take up the address
        still(page)

    def pick(stage):
        page.locator(".st-key-stage").get_by_text(stage, exact=True).click()
        at(stage)

    page.goto(f"{server.url}/stages?lang=en")
    page.wait_for_function(READY)
    pick("nn")
    page.locator(".st-key-seed input").fill("5")  # a knob is no place of its own
    page.locator(".st-key-seed input").press("Enter")
    page.wait_for_url(re.compile("seed=5"))
    still(page)
    pick("optim")
    at("optim", epochs="2000")
    page.get_by_role("link", name=re.compile("^LBFGS")).click()
    at("optim", epochs="5")
    page.go_back()
    at("optim", epochs="2000")
    page.go_back()
    at("nn", seed="5")
    page.go_back()
    at("numpy", seed="0")
    page.go_forward()
    at("nn", seed="5")


def test_the_browser_knows_the_page_and_its_language(page, server):
    page.goto(f"{server.url}/graph?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    title = page.get_by_role("heading", level=1).inner_text()
    expect(page).to_have_title(f"{title} · Gradient Playground")
    page.locator(".st-key-lang").get_by_role("radio", name="en").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("The autograd graph · Gradient Playground")
