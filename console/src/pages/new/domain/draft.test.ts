import { expect, it } from 'vitest'
import { EMPTY_DOMAIN, filesOf, nameErrors, peopleErrors, placeErrors } from './draft'

const legal = {
  ...EMPTY_DOMAIN,
  domain: 'legal',
  description: 'Cases: "ours" and theirs # all',
  owner: 'legal-owners',
  steward: 'legal-stewards',
  region: 'westeurope',
  home: 'mesh',
}

it('writes what is answered, in order, quoted where it must be', () => {
  expect(filesOf(legal)).toEqual({
    'domains/legal/domain.yaml': `domain: legal
description: 'Cases: "ours" and theirs # all'
region: westeurope
owner: legal-owners
steward: legal-stewards
`,
  })
  expect(Object.keys(filesOf({ ...legal, home: 'own' }))).toEqual(['domain.yaml'])
  expect(filesOf(EMPTY_DOMAIN)).toEqual({ 'domain.yaml': '' })
})

it('says what is missing, step by step', () => {
  expect(nameErrors(legal, ['claims'])).toEqual({})
  expect(nameErrors(legal, ['legal'])).toEqual({ domain: 'There is a domain “legal” already.' })
  expect(Object.keys(nameErrors(EMPTY_DOMAIN, []))).toEqual(['domain', 'description'])
  expect(Object.keys(peopleErrors(EMPTY_DOMAIN))).toEqual(['owner', 'steward'])
  expect(peopleErrors({ ...legal, engineers: 'No Such' })).toHaveProperty('engineers')
  expect(Object.keys(placeErrors(EMPTY_DOMAIN))).toEqual(['region', 'home'])
})
