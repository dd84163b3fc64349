"""How smoothly a run replays.

Target: a hundred snapshots at 30 frames a second or more, in software rendering.

Chromium without a GPU opens `autograd`, sets the figure's slider to the first snapshot and presses
its fast play button. Plotly says when it draws a frame, at most once for every picture of the
screen and leaving none out; frames a second are those between the first and the last.
"""

from __future__ import annotations

import sys

from common import browser, judge, median, server, sizes, tell

LEAST = 30

PLAY = """
() => new Promise((done) => {
  const chart = document.querySelector('.js-plotly-plot'), at = [];
  const end = () => {
    chart.removeAllListeners('plotly_animatingframe');
    chart.removeAllListeners('plotly_animated');
    done({frames: at.length, seconds: (at.at(-1) - at[0]) / 1e3});
  };
  chart.on('plotly_animatingframe', () => at.push(performance.now()));
  chart.on('plotly_animated', end);
  const buttons = [...chart.querySelectorAll('.updatemenu-button')];
  buttons.find((button) => button.textContent === '▶▶')
    .dispatchEvent(new MouseEvent('click', {bubbles: true}));
})
"""


def main() -> int:
    trials = sizes(__doc__, trials=(7, 1)).trials
    rates = []
    with server() as served, browser() as page:
        page.goto(f"{served.url}/stages?stage=autograd")
        page.wait_for_selector(".js-plotly-plot .slider-rail-touch-rect")
        page.wait_for_timeout(1500)
        for _ in range(trials):
            page.locator(".slider-rail-touch-rect").click(position={"x": 1, "y": 5}, force=True)
            page.wait_for_timeout(500)
            shown = page.evaluate(PLAY)
            rates.append((shown["frames"] - 1) / shown["seconds"])
            tell(f"{shown['frames']} frames in {shown['seconds']:.2f} s, a second", rates[-1])
    return 0 if judge("frames a second", median(rates), LEAST, least=True) else 1


if __name__ == "__main__":
    sys.exit(main())
