"""How long a learner waits between a press on the levels of a race and seeing the new race.

Target: 2 s, for eight racers and 500 steps, on the cubic's loss over 2000 points and on Rosenbrock.

A real server, and Chromium drawing without a GPU. Every trial presses on another point, so no race
is answered from the server's cache. The page's own clock runs from the press to the frame after the
one in which all eight paths are new and their snapshots are loaded.
"""

from __future__ import annotations

import sys

from common import browser, drawn, judge, median, server, sizes
from playwright.sync_api import Page

MOST = 2.0
PROBLEMS = ("cubic", "rosenbrock")
RACERS = ("SGD", "momentum", "Nesterov", "RMSprop", "Adam", "AdamW", "Rprop", "LBFGS")

WATCH = """
window.paths = () => {
  const chart = document.querySelector('.st-key-race_figure .js-plotly-plot');
  if (!(chart?._transitionData?._frames.length > 50)) return null;
  const lines = [...chart.querySelectorAll('.subplot.xy path.js-line')];
  return lines.length < 8 ? null : lines.map((line) => line.getAttribute('d')).join();
};
window.watch = () => {
  const before = paths();
  window.waited = new Promise((done) => {
    window.addEventListener('pointerup', () => {
      const pressed = performance.now();
      const end = () => done((performance.now() - pressed) / 1e3);
      const look = () => requestAnimationFrame([null, before].includes(paths()) ? look : end);
      look();
    }, {once: true, capture: true});
  });
};
"""


def trial(page: Page, k: int) -> float:
    """Press on a point of its own; return the seconds until the race from there is drawn."""
    box = page.locator(".st-key-race_figure .nsewdrag[data-subplot=xy]").bounding_box()
    assert box
    page.evaluate("watch()")
    x, y = box["width"] * (0.2 + 0.07 * k), box["height"] * (0.2 + 0.05 * k)
    page.mouse.click(box["x"] + x, box["y"] + y)
    seconds: float = page.evaluate("waited")
    page.wait_for_timeout(1000)
    return seconds


def main() -> int:
    given = sizes(__doc__, trials=(8, 1), problems=(len(PROBLEMS), 1))
    met = []
    racers = "&".join(f"racers={slug}" for slug in RACERS)
    with server() as served, browser() as page:
        page.add_init_script(WATCH)
        for problem in PROBLEMS[: given.problems]:
            page.goto(f"{served.url}/optimizers?problem={problem}&race_steps=500&{racers}")
            drawn(page, "paths()")
            page.wait_for_timeout(2000)
            waits = [trial(page, k) for k in range(given.trials)]
            waits = waits[1:] or waits  # the first warms up
            met.append(judge(f"{problem}, press to race drawn, median", median(waits), MOST, " s"))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
