// What belongs to the browser's page and not to a part of it: its language, its places in the
// history, and where it stands after a link to something to try.
export default function ({ data }) {
  document.documentElement.lang = data.lang
  history.visits ??= watchHistory(data.places)
  const page = document.querySelector('[data-testid="stMain"]')
  const before = page.visited
  page.visited = { path: location.pathname, followed: data.followed }
  if (!before || before.path !== location.pathname || before.followed === data.followed) return
  history.visits.followed()
  showFigure(page)
}

// A choice of what the page is about is a new place in the history, and so is a link that is
// followed: Back leads to the one before. A knob's turn is none. Streamlit knows no difference: it
// replaces the address where a widget changes, and adds one where the server does.
function watchHistory(places) {
  const [push, replace] = [history.pushState.bind(history), history.replaceState.bind(history)]
  const place = url => {
    const { pathname, searchParams } = new URL(url, location.href)
    return JSON.stringify([pathname, ...places.map(name => searchParams.get(name))])
  }
  history.pushState = history.replaceState = (state, title, url) => {
    const moves = url && place(url) !== place(location.href)
    if (moves) push(state, title, url)
    else replace(state, title, url)
  }
  let left = ''
  document.addEventListener(
    'click',
    event => event.target.closest?.('a[href]') && (left = location.href),
    { capture: true },
  )
  return {
    // the address has changed by now, and without a new place if the link led to the same one
    followed() {
      if (!left || place(left) !== place(location.href) || left === location.href) return
      const { href } = location
      replace(history.state, '', left)
      push(history.state, '', href)
      left = ''
    },
  }
}

function showFigure(page) {
  const figure = page.querySelector('.st-key-figure, .st-key-race_figure')
  if (!figure) return
  const head = 132 // the menu, and the buttons above the figure
  const top = page.scrollTop + figure.getBoundingClientRect().top - head
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  page.scrollTo({ top: Math.max(0, top), behavior: still ? 'auto' : 'smooth' })
}
