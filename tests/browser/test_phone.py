"""On a phone nothing is wider than the window: in both languages and themes, changed while open."""

import pytest
from playwright.sync_api import expect

from playground.core.i18n import LANGUAGES
from tests.browser.conftest import sideways, still
from tests.browser.test_browser import READY
from tests.browser.test_graph import READY as DRAWN
from tests.browser.test_optimizers import READY as RACED

# four drawings, none wider than the window
WAYS = """() => {
  const drawn = [...document.querySelectorAll('[data-testid=stGraphVizChart] svg')];
  const boxes = drawn.map((one) => one.getBoundingClientRect());
  return boxes.length === 4 && boxes.every(({left, right}) => left >= 0 && right <= innerWidth);
}"""
OWN = "0%2C1%0A1%2C4%0A2%2C5"
RACE = "problem=rosenbrock&race_steps=50&racers=Adam&racers=LBFGS"
# what the address bar and Back do within a visit, which loads no file again
GO = "to => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')) }"


def looked_at(page, ready, boxes):
    """See that nothing is too wide, whatever is opened and switched."""
    page.wait_for_function(ready)
    assert sideways(page) <= 0
    for box in boxes.split():
        page.locator(f".st-key-{box} summary").click()
        still(page)
        assert sideways(page) <= 0
    for theme, languages in (("light", list(LANGUAGES)), ("dark", list(LANGUAGES)[::-1])):
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(300)  # figures are drawn again
        for language in languages:
            page.locator(".st-key-lang").get_by_role("radio", name=language).click()
            still(page)
            page.wait_for_function(ready)
            assert sideways(page) <= 0


@pytest.mark.parametrize(
    ("stage", "pages"),
    [
        (
            "optim&degree=9",
            [
                ("graph?example=stage&stage=dynamic", "The autograd graph", DRAWN, ""),
                ("tracking?lesson=inference_mode&line=12", "What is tracked", WAYS, ""),
                (f"optimizers?{RACE}", "The race", RACED, "race_apart race_by_hand"),
            ],
        ),
        (
            "dynamic&epochs=99",
            [
                ("", "Gradient Playground", READY, ""),
                ("one_weight?stage=linear", "One weight", READY, ""),
                (f"regression?data={OWN}&epochs=40", "Linear regression", READY, "valley"),
            ],
        ),
    ],
)
def test_nothing_scrolls_sideways(open_tab, server, stage, pages):
    page = open_tab(viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/stages?lang=en&stage={stage}")
    looked_at(page, READY, "")
    for path, title, ready, boxes in pages:
        page.evaluate(GO, f"/{path}")
        expect(page.locator("h1")).to_have_text(title)
        looked_at(page, ready, boxes)
