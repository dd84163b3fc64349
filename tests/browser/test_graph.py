import re
import xml.etree.ElementTree as ET

BOXES = """() => {
  const drawn = document.querySelector('.st-key-graph_drawing')
  const texts = [...drawn.querySelectorAll('.node')].map(n => [
    n.querySelector('title').textContent, Math.round(n.querySelector('path, polygon').getBBox().x),
    Math.round(n.querySelector('path, polygon').getBBox().y)])
  return JSON.stringify(texts.sort())
}"""
READY = "() => document.querySelector('.st-key-graph_drawing .node')"


def place(page, text):
    page.get_by_text(re.compile(f"^{text}$")).first.wait_for()


def test_no_box_moves_from_step_to_step(page, server):
    page.goto(f"{server.url}/graph?example=mean&step=0")
    page.wait_for_function(READY)
    boxes = page.evaluate(BOXES)
    for k in range(1, 5):
        page.locator(".st-key-step_chevron_right button").click()
        place(page, f"forward {k} of 4")
        page.wait_for_timeout(300)
        assert page.evaluate(BOXES) == boxes
    for k in range(1, 6):
        page.locator(".st-key-step_chevron_right button").click()
        place(page, f"backward {k} of 5")
        page.wait_for_timeout(300)
        assert page.evaluate(BOXES) == boxes
    assert "step" not in page.url or "step=9" in page.url


def test_the_walk_plays_by_itself_to_the_end_and_the_drawing_is_saved(page, server):
    page.goto(f"{server.url}/graph?example=line")
    page.wait_for_function(READY)
    page.get_by_text("Play by itself").click()
    place(page, "the inputs")
    place(page, "forward 2 of 2")
    place(page, "backward 4 of 4")

    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG").click()
    tree = ET.parse(saved.value.path())
    assert tree.getroot().tag.endswith("svg")
    assert "MulBackward0" in "".join(tree.getroot().itertext())
    with page.expect_download() as saved:
        page.get_by_role("button", name="DOT").click()
    assert "MulBackward0" in saved.value.path().read_text()
