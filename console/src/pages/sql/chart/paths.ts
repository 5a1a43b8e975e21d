type At = { x: number; y: number | null }

const round = (value: number) => Math.round(value * 10) / 10

/** A line that ends before a value that is missing and goes on after it; one alone is a dot. */
export function linePath(points: readonly At[]): string {
  let path = ''
  let drawing = false
  points.forEach(({ x, y }, at) => {
    if (y === null) {
      drawing = false
      return
    }
    const alone = !drawing && (points[at + 1]?.y ?? null) === null
    path += `${drawing ? 'L' : 'M'}${round(x)} ${round(y)}${alone ? 'h0' : ''}`
    drawing = true
  })
  return path
}

export function barsPath(points: readonly At[], width: number, zero: number): string {
  return points.map(({ x, y }) => (y === null ? '' : `M${round(x)} ${round(zero)}V${round(y)}h${round(width)}V${round(zero)}z`)).join('')
}

/** Circle, square, triangle, cross: a form for each series, as colours alone do not tell them apart. */
const FORMS = [
  (size: number) => `m${-size} 0a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`,
  (size: number) => `m${-size} ${-size}h${2 * size}v${2 * size}h${-2 * size}z`,
  (size: number) => `m0 ${-size}l${size} ${2 * size}h${-2 * size}z`,
  (size: number) => `m${-size} ${-size}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}`,
]

export function formsPath(points: readonly At[], series: number, size: number): string {
  const form = FORMS[series % FORMS.length]?.(size) ?? ''
  return points.map(({ x, y }) => (y === null ? '' : `M${round(x)} ${round(y)}${form}`)).join('')
}
