import { expect, it } from 'vitest'
import { kindOf, placeOf } from './values'

it('knows what a type can be drawn as', () => {
  expect(['integer', 'number', 'decimal(12,2)', 'date', 'timestamp', 'string', 'boolean', 'array', 'interval'].map(kindOf)).toEqual([
    'number', 'number', 'number', 'time', 'time', 'text', 'text', 'text', 'text',
  ])
})

it('places 64-bit integers and decimals, which are texts', () => {
  expect([placeOf('9007199254740993', 'number'), placeOf('-12.50', 'number'), placeOf(7.5, 'number')]).toEqual([9007199254740992, -12.5, 7.5])
})

it('has no place for NULL, what is no number, and what is infinite', () => {
  for (const cell of [null, undefined, '', 'NaN', '-Infinity', 'x']) expect(placeOf(cell, 'number'), String(cell)).toBeNull()
  for (const cell of [null, '', '+12024-01-01', '2024-13-45', '10:00:00']) expect(placeOf(cell, 'time'), String(cell)).toBeNull()
})

it('takes a time without a zone as it is written, and more digits than milliseconds', () => {
  const noon = Date.UTC(2026, 0, 31, 12)
  expect(placeOf('2026-01-31T12:00:00', 'time')).toBe(noon)
  expect(placeOf('2026-01-31T12:00:00Z', 'time')).toBe(noon)
  expect(placeOf('2026-01-31T12:00:00.123456', 'time')).toBe(noon + 123)
  expect(placeOf('2026-01-31T14:00:00+02:00', 'time')).toBe(noon)
  expect(placeOf('2026-01-31', 'time')).toBe(Date.UTC(2026, 0, 31))
})
