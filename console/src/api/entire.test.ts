import { expect, it } from 'vitest'
import { findingsOf } from './entire'

it('tells every finding of a refusal with its place', () => {
  const items = [
    { detail: 'the purpose `x` is not declared', hint: 'declare it', at: { file: 'access.yaml', line: 2, column: 12 } },
    { detail: 'the mesh has no guild' },
  ]
  expect(findingsOf({ detail: '2 problems', items })).toEqual([
    { message: 'the purpose `x` is not declared', hint: 'declare it', at: 'access.yaml:2:12' },
    { message: 'the mesh has no guild' },
  ])
})

it('is the refusal itself where there is one only, and nothing of what is no problem document', () => {
  expect(findingsOf({ detail: 'the key `foo` is not known here', at: { file: 'domain.yaml', line: 7 } })).toEqual([
    { message: 'the key `foo` is not known here', at: 'domain.yaml:7' },
  ])
  expect(findingsOf('<html>')).toEqual([])
  expect(findingsOf({ items: [null, 3] })).toEqual([])
})
