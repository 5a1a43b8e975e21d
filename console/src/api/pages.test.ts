import { expect, it, vi } from 'vitest'
import { firstOnPages } from './pages'

const pages: Record<string, { items: number[]; next?: string }> = {
  start: { items: [1, 2], next: 'b' },
  b: { items: [3], next: 'c' },
  c: { items: [4] },
}
const reader = () => vi.fn(async (cursor: string | undefined) => pages[cursor ?? 'start'] ?? { items: [] })

it('reads no further than what is looked for', async () => {
  const read = reader()
  expect(await firstOnPages(read, 9, (item) => item === 3)).toBe(3)
  expect(read.mock.calls).toEqual([[undefined], ['b']])
})

it('finds nothing on the last page, nor beyond the most', async () => {
  expect(await firstOnPages(reader(), 9, (item) => item === 5)).toBeNull()
  const read = reader()
  expect(await firstOnPages(read, 2, (item) => item === 4)).toBeNull()
  expect(read).toHaveBeenCalledTimes(2)
})
