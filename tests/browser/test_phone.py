"""On a phone nothing is wider than the window: in both languages and themes, changed while open."""

import pytest

from playground.core.i18n import LANGUAGES
from tests.browser.conftest import sideways, still
from tests.browser.test_browser import READY
from tests.browser.test_graph import READY as DRAWN
from tests.browser.test_optimizers import READY as RACED

WAYS = "() => document.querySelectorAll('[data-testid=stGraphVizChart] svg').length === 4"
OWN = "0%2C1%0A1%2C4%0A2%2C5"
RACE = "problem=rosenbrock&race_steps=50&racers=Adam&racers=LBFGS"


@pytest.mark.parametrize(
    ("path", "ready", "boxes"),
    [
        ("?lang=en", READY, ""),
        ("stages?lang=en&stage=optim&degree=9", READY, ""),
        ("stages?lang=en&stage=dynamic&epochs=99", READY, ""),
        ("one_weight?lang=en&stage=linear", READY, ""),
        (f"regression?lang=en&data={OWN}&epochs=40", READY, "valley"),
        ("graph?lang=en&example=stage&stage=dynamic", DRAWN, ""),
        ("tracking?lang=en&lesson=inference_mode&line=12", WAYS, ""),
        (f"optimizers?lang=en&{RACE}", RACED, "race_apart race_by_hand"),
    ],
)
def test_nothing_scrolls_sideways(open_tab, server, path, ready, boxes):
    page = open_tab(viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/{path}")
    page.wait_for_function(ready)
    assert sideways(page) <= 0
    for box in boxes.split():
        page.locator(f".st-key-{box} summary").click()
        still(page)
        assert sideways(page) <= 0
    for language in LANGUAGES:
        page.locator(".st-key-lang").get_by_role("radio", name=language).click()
        still(page)
        page.wait_for_function(ready)
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(300)  # figures are drawn again
            assert sideways(page) <= 0
