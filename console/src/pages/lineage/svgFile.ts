/** What the style sheet decides; a file of its own must carry it. */
const STYLES = [
  'fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'font-weight', 'text-anchor',
] as const
const SPOKEN = ['role', 'tabindex', 'class', 'aria-label', 'aria-describedby', 'aria-pressed', 'aria-hidden']

/** The drawing as a file: all of it at its own size, with the colours it has on the page and nothing that only the page needs. */
export function svgFile(drawn: SVGSVGElement, { width, height }: { width: number; height: number }): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement
  const originals = [drawn, ...drawn.querySelectorAll('*')]
  ;[copy, ...copy.querySelectorAll('*')].forEach((element, at) => {
    const original = originals[at]
    if (original !== undefined) dress(element, getComputedStyle(original))
    for (const { name } of [...element.attributes]) {
      if (SPOKEN.includes(name) || name.startsWith('data-')) element.removeAttribute(name)
    }
  })
  copy.querySelectorAll('defs ~ g').forEach((group) => group.removeAttribute('transform'))
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`)
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  ground.setAttribute('width', '100%')
  ground.setAttribute('height', '100%')
  ground.setAttribute('fill', getComputedStyle(drawn).backgroundColor)
  copy.prepend(ground)
  return new XMLSerializer().serializeToString(copy)
}

function dress(element: Element, style: CSSStyleDeclaration): void {
  for (const name of STYLES) {
    const value = style.getPropertyValue(name)
    if (value !== '') element.setAttribute(name, value)
  }
}
