// The drawing that stands on the page, as a file: laid out by Graphviz in this browser.
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button')
  button.textContent = data.label
  button.onclick = () => {
    const drawn = document.querySelector('.st-key-graph_drawing .node')?.closest('svg')
    if (!drawn) return
    const copy = drawn.cloneNode(true)
    copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
    const text = new XMLSerializer().serializeToString(copy)
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
    link.download = data.file
    link.click()
    URL.revokeObjectURL(link.href)
  }
}
