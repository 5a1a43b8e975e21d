import { expect, it } from 'vitest'
import { automaticLimits, automaticOf, automaticWords } from './automatic'

const ours = { group: 'fraud-analysts', purpose: 'fraud-detection', days: 30, mine: true }
const theirs = { group: 'auditors', purpose: 'audit', days: 1, mine: false }

it('says in sentences who gets what at once, the person first', () => {
  expect(automaticOf({ automatic: [theirs, ours] })).toEqual({ mine: [ours], others: [theirs] })
  expect(automaticWords(ours)).toBe('As a member of fraud-analysts you get access for fraud-detection at once, for 30 days.')
  expect(automaticWords(theirs)).toBe('Members of auditors get access for audit at once, for 1 day.')
})

it('says what it does not cover', () => {
  expect(automaticLimits('eu')).toMatch(/^It covers the usual rows \(eu\) and/)
  expect(automaticLimits('all')).toMatch(/^It covers the usual rows \(all\) and/)
})
