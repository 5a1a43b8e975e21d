import { expect, it } from 'vitest'
import { checkQuestion, formOf, instantOf } from './question'

const now = new Date('2026-11-27T12:00:00Z')
const form = { principal: 'ana', product: 'claims.x', day: '', time: '' }
const both = { principal: true, product: true }

it('asks about now, the end of a day, or an instant', () => {
  expect(instantOf(form)).toBeUndefined()
  expect(instantOf({ ...form, day: '2026-11-20' })).toBe('2026-11-20')
  expect(instantOf({ ...form, day: '2026-11-20', time: '09:30' })).toBe('2026-11-20T09:30:00Z')
  expect(instantOf({ ...form, day: '2026-11-20', time: '09:30:15' })).toBe('2026-11-20T09:30:15Z')
})

it('reads back from the address what it wrote', () => {
  const asked = { ...form, day: '2026-11-20', time: '09:30:00' }
  expect(formOf({ principal: 'ana', product: 'claims.x', at: instantOf(asked) })).toEqual(asked)
  expect(formOf({})).toEqual({ principal: '', product: '', day: '', time: '' })
})

it('says what is missing and what has not come yet', () => {
  expect(checkQuestion(form, both, now)).toEqual({})
  expect(Object.keys(checkQuestion({ ...form, principal: ' ', product: 'x' }, both, now))).toEqual(['principal', 'product'])
  expect(checkQuestion({ ...form, product: '' }, { principal: true, product: false }, now)).toEqual({})
  expect(Object.keys(checkQuestion({ ...form, day: '2026-11-28' }, both, now))).toEqual(['day'])
  expect(Object.keys(checkQuestion({ ...form, day: '2026-11-27' }, both, now))).toEqual(['time'])
  expect(Object.keys(checkQuestion({ ...form, day: '2026-11-27', time: '12:01' }, both, now))).toEqual(['time'])
  expect(Object.keys(checkQuestion({ ...form, time: '12:01' }, both, now))).toEqual(['day'])
})
