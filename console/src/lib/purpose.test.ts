import { expect, it } from 'vitest'
import { purposeWords } from './purpose'

it('says what a purpose is and on which basis, as far as that is told', () => {
  expect(purposeWords({ purpose: 'a', description: 'finding fraud', legal_basis: 'legitimate interest' })).toBe(
    'Finding fraud. Legal basis: legitimate interest.',
  )
  expect(purposeWords({ purpose: 'a', description: null, legal_basis: 'contract' })).toBe('Legal basis: contract.')
  expect(purposeWords({ purpose: 'a' })).toBeUndefined()
  expect(purposeWords(undefined)).toBeUndefined()
})
