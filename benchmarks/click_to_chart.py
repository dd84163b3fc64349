"""How long a learner waits between pressing Train and seeing the whole run.

Target: the bare loop plus 0.35 s, with the defaults of `autograd`.

A real server, and Chromium drawing without a GPU. Equal settings are answered from the server's
cache, so every trial types a seed of its own, with "Train at every change" off, then presses
Train. The page's own clock runs from the click to the frame after the one in which the chart's
lines are new and its snapshots are loaded. What passes over the page's WebSocket divides the
wait: until the request is sent, until the chart arrives (the server's work and the run, whose
own seconds the page shows), until it is drawn. After every trial, while the page is idle, the
bare loop runs with the same seed in this process.
"""

from __future__ import annotations

import sys

import torch
from common import bare_loop, browser, drawn, judge, median, seconds, server, sizes, tell
from playwright.sync_api import Page

from playground.core.settings import Settings

MOST = 0.35

WATCH = """
let sent, messages = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', ({data}) => messages.push({
      at: performance.now(), bytes: data.byteLength ?? data.size}));
  }
  send(data) { sent ??= performance.now(); super.send(data); }
};
window.drawn = () => {
  const chart = document.querySelector('.js-plotly-plot');
  if (!(chart?._transitionData?._frames.length > 50)) return null;
  return [...chart.querySelectorAll('path.js-line')].map((line) => line.getAttribute('d')).join();
};
window.train = () => new Promise((done) => {
  const before = drawn(), button = document.querySelector('.st-key-train button');
  let clicked;
  const end = () => {
    const now = performance.now(), size = Math.max(...messages.map((message) => message.bytes));
    const came = messages.find((message) => message.bytes === size).at;
    done({click: (now - clicked) / 1e3, request: (sent - clicked) / 1e3,
          server: (came - sent) / 1e3, browser: (now - came) / 1e3, kB: size / 1e3});
  };
  const look = () => requestAnimationFrame([null, before].includes(drawn()) ? look : end);
  button.addEventListener('click', () => {
    [sent, messages, clicked] = [undefined, [], performance.now()];
    look();
  }, {once: true, capture: true});
  button.click();
});
"""


def trial(page: Page, seed: int) -> dict[str, float]:
    """Train with `seed`; return where the seconds went, the bare loop's among them."""
    field = page.locator(".st-key-seed input")
    field.fill(str(seed))
    field.press("Enter")
    page.wait_for_url(f"**seed={seed}*")
    page.wait_for_timeout(800)
    found: dict[str, float] = page.evaluate("train()")
    page.wait_for_timeout(800)
    shown = page.locator("[data-testid=stMetric]", has_text="epochs/s")
    found["run"] = float(shown.locator("[data-testid=stMetricValue]").inner_text().split()[0])
    return found | {"bare": seconds(bare_loop(Settings.of("autograd", seed=seed)))}


def press(url: str, trials: int) -> list[dict[str, float]]:
    """Open the stage with nothing training unasked, and press Train again and again."""
    with browser() as page:
        page.add_init_script(WATCH)
        page.goto(f"{url}/stages?stage=autograd")
        drawn(page, "drawn()")
        page.locator(".st-key-auto label").first.click()
        found = [trial(page, seed) for seed in range(1, trials + 1)]
        return found[1:] or found  # the first warms up


def main() -> int:
    trials = sizes(__doc__, trials=(16, 1)).trials
    torch.set_num_threads(1)
    with server() as served:
        found = press(served.url, trials)
    middle = {name: median([one[name] for one in found]) for name in found[0]}
    tell("click to chart", middle["click"], " s")
    tell("until the request is sent", middle["request"], " s")
    tell("then until the chart arrives", middle["server"], " s")
    tell("the run's own part of that", middle["run"], " s")
    tell(f"then until its {middle['kB']:.0f} kB are drawn", middle["browser"], " s")
    tell("bare loop", middle["bare"], " s")
    over = median([one["click"] - one["bare"] for one in found])
    return 0 if judge("click to chart less the bare loop", over, MOST, " s") else 1


if __name__ == "__main__":
    sys.exit(main())
