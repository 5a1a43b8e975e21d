import { expect, it } from 'vitest'
import { allowedWidth, columnsNamed, moved, widthsOf } from './grid'

const size = { rows: 100, columns: 3, page: 10 }

it('moves within the table, head and all', () => {
  expect(moved({ row: 0, column: 2 }, 'ArrowRight', false, size)).toEqual({ row: 0, column: 2 })
  expect(moved({ row: 0, column: 0 }, 'ArrowUp', false, size)).toEqual({ row: 0, column: 0 })
  expect(moved({ row: 95, column: 1 }, 'PageDown', false, size)).toEqual({ row: 100, column: 1 })
  expect(moved({ row: 5, column: 1 }, 'End', true, size)).toEqual({ row: 100, column: 2 })
  expect(moved({ row: 5, column: 1 }, 'Home', true, size)).toEqual({ row: 1, column: 0 })
  expect(moved({ row: 5, column: 1 }, 'x', false, size)).toBeNull()
})

it('gives columns room for what they hold, within bounds', () => {
  const columns = [{ name: 'a', type: 'string' }, { name: 'b', type: 'string' }]
  const [wide = 0, narrow = 0] = widthsOf(columns, [['x'.repeat(500), null]], [false, false])
  expect(wide).toBe(360)
  expect(narrow).toBeLessThan(100)
  expect([allowedWidth(-4), allowedWidth(99_999)]).toEqual([48, 1_200])
})

it('finds columns by the words of their names', () => {
  const columns = ['claim_id', 'Amount_eur', 'amount_usd'].map((name) => ({ name, type: 'string' }))
  expect(columnsNamed(columns, ' ')).toEqual([0, 1, 2])
  expect(columnsNamed(columns, 'AMOUNT')).toEqual([1, 2])
  expect(columnsNamed(columns, 'usd am')).toEqual([2])
  expect(columnsNamed(columns, 'x')).toEqual([])
})
