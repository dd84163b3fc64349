from playwright.sync_api import expect

from tests.browser.conftest import sideways


def test_a_run_that_train_alone_made_comes_to_the_open_table_and_can_be_drawn(server, page):
    page.goto(f"{server.url}/stages?stage=autograd&epochs=60&lang=en")
    page.get_by_text("Runs of this visit").click()
    page.get_by_text("One run.").wait_for()
    page.get_by_text("Train at every change").click()
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("3")
    seed.press("Enter")
    page.get_by_text("Not trained yet with these settings").wait_for()
    page.locator(".st-key-train button").click()
    page.get_by_text("2 runs, the newest first.").wait_for()
    grid = page.get_by_test_id("stDataFrame")
    grid.scroll_into_view_if_needed()
    expect(page.locator(".legendtext", has_text="1 · ")).to_have_count(0)
    at = grid.bounding_box()
    page.mouse.click(at["x"] + 110, at["y"] + 89)  # `show` in the second row: a canvas has no cells
    expect(page.locator(".legendtext", has_text="1 · ").first).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    assert sideways(page) <= 0
