import pytest

READY = """() => document.querySelector(
  '.st-key-race_figure .js-plotly-plot')?._transitionData?._frames.length > 20"""
LEVELS = """() => document.querySelectorAll('.st-key-race_figure .contourlayer path').length"""
MARKERS = """() => {
  const chart = document.querySelector('.st-key-race_figure .js-plotly-plot')
  return JSON.stringify(chart.data.at(-3).x)
}"""


def open_race(page, server, query):
    page.goto(f"{server.url}/optimizers?{query}")
    page.wait_for_function(READY)
    page.wait_for_timeout(500)


def test_a_press_on_the_levels_moves_the_start_and_the_race_replays(page, server):
    open_race(page, server, "problem=saddle&race_steps=50")
    levels = page.locator(".st-key-race_figure .nsewdrag[data-subplot=xy]")
    box = levels.bounding_box()
    # what is seen goes from -2 to 2 across, and from -1.6 to 1.6 upwards
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_url("**race_x=*")
    page.wait_for_timeout(2000)
    place = [float(page.locator(f".st-key-race_{name} input").input_value()) for name in "xy"]
    assert place == pytest.approx([1, 0.8], abs=0.02)

    at_the_end, levels = page.evaluate(MARKERS), page.evaluate(LEVELS)
    assert levels > 5
    page.locator(".st-key-race_figure .slider-rail-touch-rect").click(
        position={"x": 1, "y": 5}, force=True
    )
    page.wait_for_function(f"before => ({MARKERS})() !== before", arg=at_the_end)
    page.get_by_role("button", name="Play fast").press("Enter")
    page.wait_for_function(f"end => ({MARKERS})() === end", arg=at_the_end)
    assert page.evaluate(LEVELS) == levels  # the landscape outlives the replay
