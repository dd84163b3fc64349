from playwright.sync_api import expect

from tests.browser.conftest import sideways

DRAWN = """name => {
  const app = document.querySelector('[data-testid="stApp"]');
  const chart = document.querySelector('.js-plotly-plot');
  return chart && chart._fullLayout && chart.data.some(t => t.name === name)
    && app.getAttribute('data-test-script-state') === 'notRunning';
}"""


def test_a_click_empties_the_bucket_and_a_link_keeps_it_so(page, open_tab, server):
    page.goto(f"{server.url}/accumulation?lang=en")
    page.wait_for_function(DRAWN, arg="was there")
    page.locator(".st-key-clearing").get_by_role("radio", name="zero_", exact=True).click()
    page.get_by_text("after every call, so each starts empty: 3, 3, 3.").wait_for()
    page.wait_for_url("**/accumulation?*clearing=zero_*")

    other = open_tab(viewport={"width": 390, "height": 844})
    other.goto(page.url)
    other.get_by_text("after every call, so each starts empty: 3, 3, 3.").wait_for()
    assert sideways(other) <= 0


def test_the_knobs_of_a_stage_do_not_follow(page, server):
    page.goto(f"{server.url}/stages?stage=autograd&epochs=2500&learning_rate=2e-6&lang=en")
    page.locator(".js-plotly-plot").first.wait_for()
    page.get_by_role("button", name="Autograd").click()
    page.get_by_role("menuitem", name="Gradients accumulate").click()
    page.locator(".st-key-part").get_by_role("radio", name="forgotten").click()
    page.wait_for_function(DRAWN, arg="newest gradient")
    expect(page.locator(".st-key-fit_rate input")).to_have_value("1.000e-6")
    expect(page.locator(".st-key-fit_epochs").get_by_role("slider")).to_have_value("200")
    assert "epochs" not in page.url
