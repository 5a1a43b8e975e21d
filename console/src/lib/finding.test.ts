import { expect, it } from 'vitest'
import { finder } from './finding'

it('finds every word in any order and in capitals', () => {
  const texts = ['Fraud signals', 'signals of weather', 'Claims']
  expect(texts.filter(finder(' SIGNALS  fraud '))).toEqual(['Fraud signals'])
  expect(texts.filter(finder('sig'))).toEqual(['Fraud signals', 'signals of weather'])
  expect(texts.filter(finder('  '))).toEqual(texts)
})
