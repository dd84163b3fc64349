import re

from playwright.sync_api import expect

from playground.core.i18n import translator
from tests.browser.conftest import sideways

STILL = """() => document.querySelector('[data-testid="stApp"]')
  .getAttribute('data-test-script-state') === 'notRunning'"""


def test_a_task_from_the_teachers_page_is_predicted_and_compared(page, server):
    page.goto(f"{server.url}/teach?lang=en")
    page.get_by_role("link", name="Some momentum, a larger rate").click()
    page.wait_for_url(re.compile(r"/stages\?.*predict=true"))
    page.get_by_text("With momentum β the limit is").wait_for()
    train = page.locator(".st-key-train button")
    expect(train).to_be_disabled()
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
    page.get_by_role("button", name="It converges").click()
    page.get_by_text("As you predicted: It converges").wait_for()
    expect(train).to_be_enabled()
    # what is locked and hidden stays so, and holds, when another knob is turned
    rate = page.locator(".st-key-learning_rate input")
    rate.fill("8e-6")
    rate.press("Enter")
    page.wait_for_url(re.compile(r"learning_rate=8e-0?6|learning_rate=0\.000008"))
    expect(train).to_be_disabled()
    expect(page.locator(".st-key-epochs input")).to_be_disabled()
    expect(page.locator(".st-key-epochs input")).to_have_value("2000")
    for name in ("target", "points", "seed"):
        expect(page.locator(f".st-key-{name}")).to_have_count(0)
    for part in ("lock=", "hide=", "predict=true", "task="):
        assert part in page.url
    page.get_by_role("button", name="It converges").click()
    page.get_by_text("You predicted: It converges").wait_for()
    page.reload()
    expect(page.locator(".st-key-epochs input")).to_be_disabled()
    expect(page.locator(".st-key-learning_rate input")).to_have_value(re.compile("8.000e-0?6"))
    expect(train).to_be_disabled()


def test_the_address_to_copy_opens_the_task_and_the_page_fits_a_phone(open_tab, server):
    page = open_tab(viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/teach?lang=zh")
    copy = page.get_by_role("button", name=translator("zh")("Address and answer"))
    copy.first.wait_for()
    assert sideways(page) <= 0
    copy.nth(1).click()
    address = page.locator('[data-testid="stPopoverBody"] code').inner_text().strip()
    assert address.startswith(f"{server.url}/stages?stage=numpy&learning_rate=4e-06")
    assert sideways(page) <= 0
    for track in ("gradients", "line"):
        page.goto(f"{server.url}/teach?lang=zh&show=plans&track={track}")
        page.locator("table").nth(1).wait_for()
        page.wait_for_function(STILL)
        assert sideways(page) <= 0
    page.goto(address)
    diverges = page.locator(".st-key-predict_diverges button")
    diverges.wait_for()
    assert sideways(page) <= 0
    diverges.click()
    page.get_by_test_id("stMetric").first.wait_for()
    assert sideways(page) <= 0
