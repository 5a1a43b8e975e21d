import { expect, it } from 'vitest'
import { counted, requestSign, rowsWords, sentence, treatmentWords } from './words'

it('counts in words', () => {
  expect([0, 1, 1204].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '1,204 rows'])
  expect(counted(2, 'box', 'boxes')).toBe('2 boxes')
})

it('makes a sentence of a message that fits anywhere', () => {
  expect(sentence('there is no such request')).toBe('There is no such request.')
  expect(sentence('really?')).toBe('Really?')
})

it('says what is seen of a column, also where only the kind of treatment is told', () => {
  expect(['clear', 'partial (email)', 'partial', 'generalised', 'denied'].map(treatmentWords)).toEqual([
    'The value',
    'A part of the value (email)',
    'A part of the value',
    'A coarser value',
    'Denied',
  ])
  expect(['year', '0.5', 'prefix:3'].map((step) => treatmentWords(`generalised to ${step}`))).toEqual([
    'The year only',
    'The value in steps of 0.5',
    'The beginning, 3 characters',
  ])
})

it('does not call a request approved alone whose access is over', () => {
  const request = { state: 'approved', entitlement: 'ent-1' }
  const text = (state: string, held: string) => requestSign({ ...request, state }, [{ id: 'ent-1', state: held }]).text
  expect([text('approved', 'active'), text('approved', 'revoked'), text('pending', 'revoked')]).toEqual(['Approved', 'Approved, access ended', 'Waits for a decision'])
  expect(requestSign(request, []).text).toBe('Approved')
})

it('calls the usual rows the same everywhere, and says which they are where that is known', () => {
  expect([rowsWords('default'), rowsWords('default', 'eu'), rowsWords('eu'), rowsWords('all')]).toEqual(['the usual rows', 'the usual rows (eu)', 'rows in eu', 'all rows'])
})
