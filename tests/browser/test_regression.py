import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_browser import READY

OWN = "0%2C1%0A1%2C4%0A2%2C5"
SHOWN = """() => {
  const chart = document.querySelector('.js-plotly-plot');
  const frames = chart._transitionData._frames;
  const active = chart.layout.sliders[0].active;
  const marker = chart.data.filter(t => t.mode === 'markers' && t.xaxis === 'x3').at(-1);
  const fit = chart.data.find(t => t.name === 'fit');
  return {
    active, epoch: +frames[active].name, frames: frames.length,
    place: [marker.x[0], marker.y[0]],
    x: Array.from(fit.x), y: Array.from(fit.y),
  };
}"""


def line_at(shown):
    """Return slope and height of the drawn line: the weights that drew it."""
    x, y = shown["x"], shown["y"]
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    return slope, y[0] - slope * x[0]


def test_line_and_point_walk_in_step_and_a_number_changed_in_the_table_trains_again(page, server):
    page.goto(f"{server.url}/regression?epochs=40&data={OWN}")
    page.wait_for_function(READY)
    end = page.evaluate(SHOWN)
    assert (end["active"], end["epoch"], end["frames"]) == (39, 39, 40)
    places = [end["place"]]
    slider = page.get_by_role("slider", name="Snapshot")
    slider.focus()
    for _step in range(5):
        page.keyboard.press("PageDown" if _step < 3 else "ArrowLeft")
        page.wait_for_timeout(250)
        shown = page.evaluate(SHOWN)
        assert shown["place"] == pytest.approx(line_at(shown), abs=0.02)
        assert shown["place"] not in places
        places.append(shown["place"])
    page.keyboard.press("Home")
    page.wait_for_function(f"() => ({SHOWN})().active === 0")
    page.wait_for_timeout(200)
    start = page.evaluate(SHOWN)
    assert start["place"] == pytest.approx(line_at(start), abs=0.02)

    grid = page.get_by_test_id("stDataFrame").first
    for row, number in ((0, "9"), (1, "-3")):
        # a canvas has no cells to click; inside it is a table of them, for screen readers
        grid.click(position={"x": 50, "y": 35 * (row + 1.5)})
        for column in (1, 2):
            cell = grid.get_by_test_id(f"glide-cell-{column}-{row}")
            expect(cell).to_have_attribute("aria-selected", "true")
            page.keyboard.press("ArrowRight")  # from the last one it goes nowhere
        page.keyboard.press("Enter")
        editor = page.locator(".gdg-input")
        editor.fill(number)
        page.wait_for_timeout(200)  # the table follows its field
        expect(editor).to_have_value(number)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"%2C{number}%0A"))
        page.wait_for_timeout(700)
    assert "data=0%2C9%0A1%2C-3%0A2%2C5" in page.url
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_url(re.compile("data=0%2C9%0A1%2C4%0A2%2C5"))
    page.reload()
    page.wait_for_function(READY)
    expect(page.locator(".st-key-data textarea")).to_have_value("0,9\n1,4\n2,5")
