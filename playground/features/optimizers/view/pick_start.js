// A press on the levels of a race's figure says where it is to start: in the axes' own numbers.
export default function ({ setTriggerValue }) {
  const page = document.querySelector('[data-testid="stMain"]')
  let pressed = null

  const down = event => {
    const drawn = event.target.closest?.('.st-key-race_figure .nsewdrag[data-subplot="xy"]')
    pressed = drawn && event.isPrimary && event.button === 0 ? { drawn, x: event.clientX, y: event.clientY } : null
  }
  const up = event => {
    if (!pressed) return
    const { drawn, x, y } = pressed
    pressed = null
    if (Math.hypot(event.clientX - x, event.clientY - y) > 5) return
    const { xaxis, yaxis } = drawn.closest('.js-plotly-plot')._fullLayout
    const box = drawn.getBoundingClientRect()
    setTriggerValue('start', { x: xaxis.p2d(x - box.left), y: yaxis.p2d(y - box.top) })
  }

  page.pickStart?.abort()
  const mine = (page.pickStart = new AbortController())
  const { signal } = mine
  page.addEventListener('pointerdown', down, { signal, capture: true })
  window.addEventListener('pointerup', up, { signal, capture: true })
  window.addEventListener('pointercancel', () => (pressed = null), { signal })
  return () => mine.abort()
}
