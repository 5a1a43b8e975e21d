import { expect, it } from 'vitest'
import { keptNameError } from './keptName'

it('takes any visible name of 120 characters at most, whatever its script', () => {
  expect(keptNameError('Open claims by region')).toBeUndefined()
  expect(keptNameError('<script>alert(1)</script>')).toBeUndefined()
  expect(keptNameError('مطالبات مفتوحة')).toBeUndefined()
  expect(keptNameError('🙂'.repeat(120))).toBeUndefined()
  expect(keptNameError(` ${'x'.repeat(120)} `)).toBeUndefined()
})

it('says what is wrong with another', () => {
  expect(keptNameError('  ')).toBe('Give it a name.')
  expect(keptNameError('x'.repeat(121))).toBe('The name has 121 characters; at most 120 fit.')
  expect(keptNameError('a\u202Eb')).toMatch(/cannot be seen/)
  expect(keptNameError('a\nb')).toMatch(/cannot be seen/)
  expect(keptNameError('a\u200Bb')).toMatch(/cannot be seen/)
})
