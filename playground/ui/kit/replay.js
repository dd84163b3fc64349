// Plotly draws the replay's buttons and slider as pictures. This makes them controls: each can be
// reached with Tab and used from the keyboard, and has a name for a screen reader.
export default function ({ data }) {
  const page = document.querySelector('[data-testid="stMain"]')

  const mouse = (type, target, x, y) =>
    target.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: x, clientY: y, view: window }))

  const press = (element, key) => {
    if (element.matches('.updatemenu-button') && (key === 'Enter' || key === ' ')) {
      mouse('click', element, 0, 0)
      return true
    }
    const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e9, End: 1e9 }[key]
    if (!element.matches('.slider-group') || by === undefined) return false
    const slider = element.closest('.js-plotly-plot').layout.sliders[0]
    const last = slider.steps.length - 1
    const step = Math.min(last, Math.max(0, slider.active + by))
    const rail = element.querySelector('.slider-rail-touch-rect')
    const box = rail.getBoundingClientRect()
    const inset = element.querySelector('.slider-grip-rect').getBoundingClientRect().width / 2
    const x = box.left + inset + ((box.width - 2 * inset) * step) / last
    mouse('mousedown', rail, x, box.top + box.height / 2)
    mouse('mouseup', element.closest('.js-plotly-plot'), x, box.top + box.height / 2)
    return true
  }

  // Plotly may draw a control anew while it is in use: then the new one takes over its focus.
  let used = null
  const controls = () => [...page.querySelectorAll('.updatemenu-button, .slider-group')]
  const keepFocus = () => {
    if (used !== null && document.activeElement === document.body) controls()[used]?.focus()
  }

  const name = () => {
    page.querySelectorAll('.updatemenu-button').forEach((button, k) => {
      if (button.hasAttribute('tabindex')) return
      button.setAttribute('role', 'button')
      button.setAttribute('tabindex', '0')
      button.setAttribute('aria-label', data.buttons[k % data.buttons.length])
    })
    page.querySelectorAll('.slider-group').forEach(group => {
      const slider = group.closest('.js-plotly-plot')?.layout?.sliders?.[0]
      if (!slider) return
      group.setAttribute('role', 'slider')
      group.setAttribute('tabindex', '0')
      group.setAttribute('aria-label', data.slider)
      group.setAttribute('aria-valuemin', '0')
      group.setAttribute('aria-valuemax', String(slider.steps.length - 1))
      group.setAttribute('aria-valuenow', String(slider.active))
      const reading = group.closest('.js-plotly-plot').data.find(trace => trace.mode === 'text')
      group.setAttribute('aria-valuetext', reading?.text[0] ?? '')
    })
    keepFocus()
  }

  // A frame of Plotly's draws what moves, and takes away the layer of a landscape, which does not:
  // it is put back, under the others, before anybody sees that it was gone.
  const levels = new MutationObserver(changes => {
    for (const { target, removedNodes } of changes) {
      for (const layer of removedNodes) {
        const stays = layer.matches?.('.contourlayer, .heatmaplayer') && target.isConnected
        if (stays && !target.querySelector(':scope > .contourlayer')) target.prepend(layer)
      }
    }
  })
  levels.observe(page, { childList: true, subtree: true })

  page.replay?.abort()
  const mine = (page.replay = new AbortController())
  const { signal } = mine
  const watch = new MutationObserver(name)
  watch.observe(page, { childList: true, characterData: true, subtree: true })
  signal.addEventListener('abort', () => (watch.disconnect(), levels.disconnect()))
  page.addEventListener(
    'keydown',
    event => {
      used = null
      if (event.target.closest?.('.js-plotly-plot') && press(event.target, event.key)) {
        used = controls().indexOf(event.target)
        event.preventDefault()
        requestAnimationFrame(name)
      }
    },
    { signal },
  )
  page.addEventListener('pointerdown', () => (used = null), { signal })
  // A pause interrupts Plotly's animation, whose promise is then rejected without a reason.
  window.addEventListener(
    'unhandledrejection',
    event => {
      if (event.reason === undefined) event.preventDefault()
    },
    { signal },
  )
  name()
  return () => mine.abort()
}
