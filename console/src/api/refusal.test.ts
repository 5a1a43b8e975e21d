import { expect, it } from 'vitest'
import { Refusal, findingsOf, shownOf } from './refusal'
import { Problem } from './problem'

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

it('keeps the way out of a refusal whose findings have none', () => {
  const facts = { status: 422, code: 'contract-breaking', message: 'so 1.1.0 is too low: `a`: gone', hint: 'give it 2.0.0' }
  const breaking = new Problem(facts)
  const findings = [{ message: '`a`: gone' }, { message: '`b`: gone' }]
  expect(shownOf(new Refusal(breaking, findings, 'contract.yaml:1:1'))).toEqual([
    { message: 'so 1.1.0 is too low: `a`: gone', hint: 'give it 2.0.0', at: 'contract.yaml:1:1' },
    { message: '`b`: gone' },
  ])
  const several = new Problem({ status: 400, code: 'invalid-file', message: '2 problems; the first: `a`: gone' })
  expect(shownOf(new Refusal(several, findings))).toEqual(findings)
})
