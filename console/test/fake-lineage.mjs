/** How many products stand in one layer; each is tied to two of the layer before. */
const LAYER = 7
const COLUMNS = 3

const port = (number) => `fake.p${number}.t`

/** Edges of so many products, in layers: `fake.p0.t` is in the middle, half lie upstream and half downstream. */
export function fakeLineage(products) {
  const sides = { up: [], down: [] }
  for (let number = 1; number < products; number += 1) {
    const side = number % 2 === 0 ? 'up' : 'down'
    // Odd and even numbers are two rows of layers that grow away from the middle.
    const place = Math.floor((number - 1) / 2)
    const near = new Set([place - LAYER, place - LAYER - (place % 3)].map((other) => numberAt(other, side)))
    for (const other of near) {
      for (let column = 0; column < COLUMNS; column += 1) {
        const [from, to] = side === 'up' ? [number, other] : [other, number]
        sides[side].push({ from: `${port(from)}.c${column}`, to: `${port(to)}.c${column}`, how: column === 0 ? 'copy' : 'derived' })
      }
    }
  }
  return sides
}

function numberAt(place, side) {
  if (place < 0) return 0
  return side === 'up' ? 2 * place + 2 : 2 * place + 1
}
