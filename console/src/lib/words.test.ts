import { expect, it } from 'vitest'
import { treatmentWords } from './words'

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
