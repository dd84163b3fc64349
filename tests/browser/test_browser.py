import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

CHART = ".js-plotly-plot"
READY = """() => {
  const chart = document.querySelector('.js-plotly-plot');
  const app = document.querySelector('[data-testid="stApp"]');
  return chart && chart._fullLayout && (chart._fullLayout.sliders || []).length
    && app.getAttribute('data-test-script-state') === 'notRunning';
}"""
SHOWN = """() => {
  const chart = document.querySelector('.js-plotly-plot');
  const by = name => chart.data.filter(t => t.name === name);
  const markers = chart.data.filter(t => t.mode === 'markers' && !t.name && !t.marker.symbol);
  return {
    fit: Array.from(by('fit')[0].y), epoch: markers[0].x[0], loss: markers[0].y[0],
    weights: Array.from(markers[1].y), weightsEpoch: markers[1].x[0],
    losses: Array.from(by('loss')[0].y), active: chart.layout.sliders[0].active,
  };
}"""


def open_stage(page, server, query):
    page.goto(f"{server.url}/stages?{query}")
    page.wait_for_function(READY)
    return page.evaluate(SHOWN)


def press(page, label):
    page.locator(f"{CHART} .updatemenu-button", has_text=re.compile(f"^{label}$")).click()


def wait_for_losses_other_than(page, losses):
    page.wait_for_function(
        f"old => ({READY})() && JSON.stringify(({SHOWN})().losses) !== JSON.stringify(old)",
        arg=losses,
    )
    return page.evaluate(SHOWN)


def not_trained(page, **knobs):
    """Turn knobs, where a run begins only when it is told to."""
    for name, value in knobs.items():
        page.locator(f".st-key-{name} input").fill(value)
        page.locator(f".st-key-{name} input").press("Enter")
    page.get_by_text("Not trained yet with these settings").wait_for()


def test_train_leads_to_a_chart_has_a_key_and_asks_nothing_of_another_host(page, server):
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    before = open_stage(page, server, "stage=autograd&epochs=300&seed=11")
    assert len(before["losses"]) == 300
    page.get_by_text("Train at every change").click()
    not_trained(page, seed="12")
    page.locator(".st-key-train button").click()
    after = wait_for_losses_other_than(page, before["losses"])
    assert len(after["losses"]) == 300
    assert after["loss"] == pytest.approx(after["losses"][-1])
    not_trained(page, seed="14")
    page.locator("h1").click()
    page.keyboard.press("Control+Enter")
    wait_for_losses_other_than(page, after["losses"])
    assert {host for host in hosts if not host.startswith("127.0.0.1")} == set()


def test_replay_moves_all_panels_together_by_buttons_slider_and_keyboard(page, server):
    end = open_stage(page, server, "stage=autograd&epochs=400")
    assert end["epoch"] == end["weightsEpoch"] == 399
    press(page, "◀◀")
    page.wait_for_function(f"() => ({SHOWN})().epoch === 0")
    start = page.evaluate(SHOWN)
    assert start["active"] == 0
    assert start["weightsEpoch"] == 0
    assert start["loss"] == pytest.approx(start["losses"][0])
    assert start["fit"] != end["fit"]
    assert start["weights"] != end["weights"]

    press(page, "▶")
    page.wait_for_function(f"() => ({SHOWN})().epoch > 0")
    press(page, "❚❚")
    page.wait_for_timeout(300)
    paused = page.evaluate(SHOWN)
    page.wait_for_timeout(400)
    assert page.evaluate(SHOWN) == paused
    assert 0 < paused["epoch"] == paused["weightsEpoch"] < 399
    assert paused["loss"] == pytest.approx(paused["losses"][paused["epoch"]], rel=1e-4)

    press(page, "▶▶")
    page.wait_for_function(f"() => ({SHOWN})().epoch === 399")
    assert page.evaluate(SHOWN)["fit"] == end["fit"]

    bar = page.locator(f"{CHART} .slider-rail-touch-rect").bounding_box()
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    page.wait_for_function(f"() => ({SHOWN})().epoch < 399")
    assert page.evaluate(SHOWN)["active"] in range(40, 60)

    slider = page.get_by_role("slider", name="Snapshot")
    slider.focus()
    page.keyboard.press("Home")
    page.wait_for_function(f"() => ({SHOWN})().epoch === 0")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => ({SHOWN})().active === 1 && ({SHOWN})().epoch === 1")
    page.keyboard.press("PageUp")
    page.wait_for_function(f"() => ({SHOWN})().active === 11")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => ({SHOWN})().active === 10")
    page.wait_for_timeout(200)  # the curve is drawn a frame after the slider has moved
    epoch = page.evaluate(SHOWN)["epoch"]
    expect(slider).to_have_attribute("aria-valuetext", re.compile(f"^epoch {epoch} "))
    page.get_by_role("button", name="Play fast").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => ({SHOWN})().epoch === 399")


def running_jobs(server):
    """Return the processes below the server that have used a processor for a run."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stat:
                parent = int(stat.read().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(name))
    found, below = [], [server.process.pid]
    while below:
        found += below
        below = [child for pid in below for child in children.get(pid, [])]
    return set(found)


def wait_for_no_job(server, idle):
    """Wait until no process is left below the server but those of `idle`."""
    until = time.monotonic() + 10
    while running_jobs(server) - idle:  # one that ends is there until its parent has seen it
        assert time.monotonic() < until
        time.sleep(0.05)


def start_a_long_run(page):
    page.locator(".st-key-train button").click()
    page.get_by_text(re.compile("of 30,000 epochs")).wait_for()


def test_a_long_run_is_stopped_killed_and_replaced(page, server):
    page.goto(f"{server.url}/stages?stage=dynamic&seed=77")
    not_trained(page)
    idle = running_jobs(server)
    start_a_long_run(page)
    assert len(running_jobs(server) - idle) == 1
    page.locator(".st-key-stop button").click()
    page.get_by_text("Stopped: this is the run so far.").wait_for()
    wait_for_no_job(server, idle)
    page.wait_for_function(READY)
    run = page.evaluate(SHOWN)
    assert 0 < run["epoch"] < 29_999

    not_trained(page, seed="79")
    start_a_long_run(page)
    (pid,) = running_jobs(server) - idle
    os.kill(pid, signal.SIGKILL)
    page.get_by_text("The run's process was ended from outside.").wait_for()
    page.wait_for_function(READY)
    assert page.evaluate(SHOWN)["epoch"] > 0  # what there was is shown
    page.locator(".st-key-epochs input").fill("300")
    page.locator(".st-key-epochs input").press("Enter")
    page.wait_for_function(f"() => ({READY})() && ({SHOWN})().losses.length === 300")

    not_trained(page, epochs="30000", seed="78")
    start_a_long_run(page)
    page.locator(".st-key-epochs input").fill("400")
    page.locator(".st-key-epochs input").press("Enter")
    page.wait_for_function(f"() => ({READY})() && ({SHOWN})().losses.length === 400")
    wait_for_no_job(server, idle)


def test_a_refresh_keeps_the_knobs_and_a_link_reproduces_the_run(page, open_tab, server):
    open_stage(page, server, "stage=optim&epochs=150")
    page.locator(".st-key-learning_rate input").fill("0.02")
    page.locator(".st-key-learning_rate input").press("Enter")
    page.wait_for_url(re.compile("learning_rate=0.02"))
    page.locator(".st-key-seed input").fill("21")
    page.locator(".st-key-seed input").press("Enter")
    page.wait_for_url(re.compile("seed=21"))
    page.wait_for_timeout(500)
    page.wait_for_function(READY)
    run = page.evaluate(SHOWN)

    page.reload()
    page.wait_for_function(READY)
    assert page.evaluate(SHOWN)["losses"] == run["losses"]
    assert page.locator(".st-key-seed input").input_value() == "21"

    other = open_tab()
    other.goto(page.url)
    other.wait_for_function(READY)
    assert other.evaluate(SHOWN)["losses"] == run["losses"]


def test_a_thing_to_try_sets_the_knobs_and_runs_and_back_undoes_it(page, server):
    before = open_stage(page, server, "stage=autograd&seed=5&epochs=300&lang=en")
    link = page.locator('[data-testid="stPageLink"] a').first
    href = link.get_attribute("href")
    link.click()
    after = wait_for_losses_other_than(page, before["losses"])
    assert after["losses"] != before["losses"]
    for pair in href.split("?", 1)[1].split("&"):
        name = pair.split("=")[0]
        if name not in ("stage", "lang", "afresh"):
            assert name in page.url
    assert "seed" not in page.url
    expect(page.locator(".st-key-seed input")).to_have_value("0")
    expect(page.locator(".st-key-epochs input")).to_have_value("2000")

    page.go_back()
    page.wait_for_function(f"() => ({READY})() && ({SHOWN})().losses.length === 300")
    expect(page.locator(".st-key-seed input")).to_have_value("5")

    page.get_by_role("link", name="Another start: seed 1").click()
    page.wait_for_url(re.compile(r"/stages\?stage=autograd&seed=1$"))
    page.wait_for_function(READY)
    page.reload()
    page.wait_for_function(READY)
    assert page.locator(".st-key-seed input").input_value() == "1"
    page.go_back()
    expect(page.locator(".st-key-seed input")).to_have_value("5")


def test_the_language_switch_stays_on_every_page(page, server):
    page.goto(f"{server.url}/")
    page.get_by_role("radio", name="zh").click()
    page.get_by_text("个阶段").first.wait_for()
    page.get_by_role("link", name=re.compile("^1 · NumPy")).click()
    page.wait_for_function(READY)
    assert page.locator(".st-key-train button").inner_text().startswith("训练")
    assert "lang=zh" in page.url
