import { expect, it } from 'vitest'
import { surprise } from './taken-back'

it('speaks up only where something else happened than was asked for', () => {
  expect(surprise(true, 'withdrawn')).toBeUndefined()
  expect(surprise(false, 'revoked')).toBeUndefined()
  expect(surprise(true, 'revoked')).toMatch(/approved a moment before/)
  expect(surprise(false, 'unchanged')).toMatch(/ended already/)
})
