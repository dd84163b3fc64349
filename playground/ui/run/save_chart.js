// The chart that stands on the page, as a file: all its layers in one SVG, or that painted as a PNG.
// What is there to be pressed stays behind.
export default function ({ data, parentElement }) {
  const ns = 'http://www.w3.org/2000/svg'
  const sharp = 2 // pixels of the PNG for one of the page
  const pressed =
    '.menulayer, .slider-container, .updatemenu-container, .draglayer, .hoverlayer, .zoomlayer'

  const chart = () => {
    const all = [...document.querySelectorAll('[data-testid="stMain"] .js-plotly-plot')]
    return all.find(plot => plot.layout?.sliders?.length) ?? all[0]
  }

  const add = (parent, name, attributes) => {
    const element = document.createElementNS(ns, name)
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
    return parent.appendChild(element)
  }

  const background = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if (!/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour
    }
    return 'white'
  }

  const asUrl = async address => {
    const blob = await (await fetch(address)).blob()
    return new Promise((done, failed) => {
      const reader = new FileReader()
      reader.onload = () => done(reader.result)
      reader.onerror = failed
      reader.readAsDataURL(blob)
    })
  }

  // A picture cannot reach the page's fonts: the one its words are set in goes with it.
  const font = async plot => {
    const [family] = getComputedStyle(plot.querySelector('text')).fontFamily.split(',')
    for (const sheet of document.styleSheets) {
      if (sheet.href && new URL(sheet.href).origin !== location.origin) continue
      for (const rule of sheet.cssRules) {
        if (!(rule instanceof CSSFontFaceRule) || rule.style.fontStyle === 'italic') continue
        const source = rule.style.getPropertyValue('src').match(/url\("?(.+?)"?\)/)
        if (rule.style.fontFamily.replaceAll('"', '') !== family.replaceAll('"', '') || !source) continue
        const url = await asUrl(new URL(source[1], sheet.href ?? location.href))
        return `@font-face { font-family: ${family}; font-weight: 100 900; src: url("${url}") }`
      }
    }
    return ''
  }

  // The end of the last word, below which only controls stood.
  const bottom = plot => {
    const top = plot.getBoundingClientRect().top
    const words = [...plot.querySelectorAll('.main-svg text')].filter(text => !text.closest(pressed))
    const ends = words.map(text => text.getBoundingClientRect().bottom - top)
    const { t, h } = plot._fullLayout._size
    return Math.ceil(Math.max(t + h, ...ends) + 10)
  }

  const draw = async plot => {
    const layers = [...plot.querySelectorAll('.main-svg')]
    const width = plot._fullLayout.width
    const height = Math.min(bottom(plot), plot._fullLayout.height)
    const whole = document.createElementNS(ns, 'svg')
    whole.setAttribute('width', width)
    whole.setAttribute('height', height)
    whole.setAttribute('viewBox', `0 0 ${width} ${height}`)
    add(whole, 'desc', {}).textContent = data.alt
    add(whole, 'style', {}).textContent = 
      `* { vector-effect: none !important } .crisp { shape-rendering: crispEdges } ${await font(plot)}`
    add(whole, 'rect', { width, height, fill: background(layers[0]) })
    layers.forEach(layer => {
      const copy = layer.cloneNode(true)
      copy.querySelectorAll(pressed).forEach(part => part.remove())
      add(whole, 'g', {}).append(...copy.childNodes)
    })
    return { text: new XMLSerializer().serializeToString(whole), width, height }
  }

  const paint = async ({ text, width, height }) => {
    const picture = new Image()
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`
    await picture.decode()
    const canvas = document.createElement('canvas')
    canvas.width = sharp * width
    canvas.height = sharp * height
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
    return new Promise(done => canvas.toBlob(done, 'image/png'))
  }

  const save = async kind => {
    const plot = chart()
    if (!plot) return
    const drawn = await draw(plot)
    const blob = kind === 'png' ? await paint(drawn) : new Blob([drawn.text], { type: 'image/svg+xml' })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    link.download = `${data.file}.${kind}`
    link.click()
    URL.revokeObjectURL(link.href)
  }

  parentElement.querySelectorAll('button').forEach(button => {
    button.onclick = () => save(button.dataset.kind)
  })
}
