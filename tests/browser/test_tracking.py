import re

from playwright.sync_api import expect


def test_a_lesson_is_walked_by_button_and_by_keyboard(page, server):
    page.goto(f"{server.url}/tracking?lesson=detach&line=20")
    page.get_by_text("After line 20, in").wait_for()
    page.get_by_role("button", name="Next line").click()
    page.get_by_text("After line 21, in").wait_for()
    page.wait_for_url(re.compile("line=21"))
    expect(page.get_by_role("cell", name=re.compile("0 → 1"))).to_have_count(2)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("After line 22, in").wait_for()
    expect(page.get_by_role("alert")).to_contain_text("modified by an inplace operation")
    page.reload()
    page.get_by_text("After line 22, in").wait_for()
    page.get_by_role("radio", name="leaf").click()
    page.get_by_text("After line 7, in").wait_for()
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "7")

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("radio", name="inference_mode").click()
    drawings = page.locator('[data-testid="stGraphVizChart"] svg')
    expect(drawings).to_have_count(4)
    widths = [drawings.nth(k).bounding_box() for k in range(4)]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in widths)
