import re

from playwright.sync_api import expect

from tests.browser.conftest import sideways, still

SETTLED = """n => {
  const app = document.querySelector('[data-testid="stApp"]');
  const charts = [...document.querySelectorAll('.js-plotly-plot')].filter(c => c._fullLayout);
  return charts.length === n && app.getAttribute('data-test-script-state') === 'notRunning';
}"""
# where on the screen the mark of a kind stands, and its rate
MARK = """kind => {
  const chart = document.querySelector('.st-key-swept .js-plotly-plot');
  const {xaxis, yaxis} = chart._fullLayout, box = chart.getBoundingClientRect();
  const trace = chart.data.find(t => t.name === kind), k = Math.floor(trace.x.length / 2);
  return {rate: trace.x[k], x: box.left + xaxis._offset + xaxis.d2p(trace.x[k]),
    y: box.top + yaxis._offset + yaxis.d2p(trace.y[k])};
}"""
RING = """() => {
  const chart = document.querySelector('.st-key-swept .js-plotly-plot');
  return chart && chart.data.find(t => t.name === 'replayed').x[0];  // none while it is redrawn
}"""
MARKERS_SEEN = """() => [...document.querySelectorAll('.st-key-swept .points path.point')]
  .every(p => getComputedStyle(p).opacity > 0.9)"""


def press_mark(page, kind):
    mark = page.evaluate(MARK, kind)
    page.mouse.move(mark["x"] - 3, mark["y"])
    page.mouse.move(mark["x"], mark["y"])
    page.mouse.click(mark["x"], mark["y"])
    page.wait_for_function(f"rate => ({RING})() === rate", arg=mark["rate"])
    page.wait_for_function(SETTLED, arg=2)
    return mark["rate"]


def test_a_press_on_a_mark_replays_its_run(page, server):
    page.goto(f"{server.url}/learning_rates?lang=en")
    page.wait_for_function(SETTLED, arg=2)
    assert page.evaluate(RING) == 1e-6
    rate = press_mark(page, "diverged")
    page.get_by_text(re.compile("Diverged: at epoch")).wait_for()
    page.wait_for_url(re.compile("learning_rate="))
    assert f"{rate:.3e}".replace("e-0", "e-") == page.locator(
        ".st-key-learning_rate input"
    ).input_value().replace("e-0", "e-")
    press_mark(page, "good")
    page.get_by_text(re.compile("Converged: the loss is")).wait_for()
    assert page.evaluate(MARKERS_SEEN)
    slider = page.locator(".st-key-swept_rate").get_by_role("slider")
    before = page.evaluate(RING)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"before => ({RING})() > before", arg=before)
    page.wait_for_function(SETTLED, arg=2)
    again = page.evaluate(RING)
    page.reload()
    page.wait_for_function(SETTLED, arg=2)
    assert page.evaluate(RING) == again


def test_the_attempts_outlive_a_change_of_page_and_fit_on_a_phone(open_tab, server):
    page = open_tab(viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/learning_rates?lang=en&lab=challenge&learning_rate=2e-6")
    page.get_by_role("button", name="Run this rate").click()
    said = page.get_by_text(re.compile("2e-06: there after .* times the fewest"))
    said.wait_for()
    still(page)
    assert sideways(page) <= 0
    for lab in ("sweep", "conditioning"):
        page.locator(".st-key-lab").get_by_role("radio", name=lab).click()
        page.wait_for_function(SETTLED, arg=2 if lab == "sweep" else 1)
        still(page)
        assert sideways(page) <= 0
    page.locator(".st-key-lab").get_by_role("radio", name="challenge").click()
    expect(said).to_have_count(1)


def test_to_a_stage_and_back_by_the_menu(page, server):
    page.goto(f"{server.url}/learning_rates?lang=en&epochs=70&learning_rate=2e-6&target=exp")
    page.wait_for_function(SETTLED, arg=2)
    page.get_by_role("button", name="This run on its own page").click()
    page.wait_for_url(re.compile("/stages"))
    page.wait_for_function(SETTLED, arg=1)
    expect(page.locator(".st-key-epochs input")).to_have_value("70")
    expect(page.locator(".st-key-learning_rate input")).to_have_value(re.compile("2.000e-0?6"))
    page.locator(".st-key-epochs input").fill("90")
    page.locator(".st-key-epochs input").press("Enter")
    page.wait_for_url(re.compile("epochs=90"))
    page.wait_for_function(SETTLED, arg=1)
    page.get_by_text("Optimizers", exact=True).click()
    page.get_by_role("menuitem", name="Learning rates").click()
    page.wait_for_url(re.compile("/learning_rates"))
    page.wait_for_function(SETTLED, arg=2)
    expect(page.locator(".st-key-epochs input")).to_have_value("70")
    assert page.evaluate(RING) == 2e-6
