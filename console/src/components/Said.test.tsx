import { render } from '@testing-library/react'
import { expect, it } from 'vitest'
import { Problem } from '../api/problem'
import { ProblemNotice } from './ProblemNotice'
import { Withheld } from './Withheld'

const problem = (status: number) =>
  new Problem({ status, code: 'denied', message: '`claims` is for `eve`', hint: 'ask `stella`', requestId: 'r-1' })

it.each([
  ['a notice', <ProblemNotice error={problem(500)} />],
  ['what is withheld', <Withheld error={problem(403)} title="Not yours" />],
])('shows names in code and no backtick in %s', (_, element) => {
  const { container } = render(element)
  expect([...container.querySelectorAll('code')].map((code) => code.textContent)).toEqual(['claims', 'eve', 'stella', 'denied', 'r-1'])
  expect(container.textContent).toContain('claims is for eve.')
  expect(container.textContent).not.toContain('`')
})
