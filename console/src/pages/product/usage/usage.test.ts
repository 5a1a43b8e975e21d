import { expect, it } from 'vitest'
import type { ColumnUsage, Usage } from '../../../api/product'
import type { PortPage } from '../../../api/types'
import { columnName, goneColumns, neverRead, totalWords } from './usage'

const now = new Date('2026-11-27T12:00:00Z')
const usage = (facts: Partial<Usage>): Usage => ({ days: [], statements: 0, readers: 0, whole: false, columns: [], read_by: [], ...facts })

it('says the totals in a sentence', () => {
  const read = usage({ statements: 1204, readers: 14, last_read_at: '2026-11-27T11:57:00Z' })
  expect(totalWords(read, 30, now)).toBe('1,204 statements by 14 people and services in 30 days, last read 3 minutes ago.')
  const once = usage({ statements: 1, readers: 1, last_read_at: '2026-11-27T11:59:40Z' })
  expect(totalWords(once, 7, now)).toBe('1 statement by 1 person or service in 7 days, last read just now.')
})

it('tells long ago from never', () => {
  expect(totalWords(usage({ last_read_at: '2026-10-18T12:00:00Z' }), 30, now)).toBe(
    'No statement has read it in 30 days; last read 40 days ago.',
  )
  expect(totalWords(usage({}), 30, now)).toBe('Nobody has read it yet.')
})

const ports = [
  { name: 'a', columns: [{ name: 'id' }, { name: 'fax' }] },
  { name: 'b', columns: [{ name: 'id' }] },
] as PortPage[]
const used = [
  { port: 'a', column: 'id' },
  { port: 'a', column: 'telex' },
] as ColumnUsage[]

it('finds what nobody reads, port by port, and what is read no longer', () => {
  expect(neverRead(ports, used)).toEqual([
    { port: 'a', column: 'fax' },
    { port: 'b', column: 'id' },
  ])
  expect([...goneColumns(ports, used)]).toEqual(['a\ntelex'])
  expect(columnName({ port: 'a', column: 'fax' }, 1)).toBe('fax')
  expect(columnName({ port: 'a', column: 'fax' }, 2)).toBe('a.fax')
})
