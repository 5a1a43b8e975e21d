import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { Parameters } from './Parameters'

it('takes values of their kind only, and says which is none', async () => {
  const run = vi.fn()
  render(<Parameters names={['least']} before={{}} close={() => {}} run={run} />)
  await userEvent.selectOptions(screen.getByLabelText('Kind'), 'Number')
  const value = screen.getByLabelText('Value')
  await userEvent.type(value, '1; DROP')
  await userEvent.click(screen.getByRole('button', { name: 'Run' }))
  expect(run).not.toHaveBeenCalled()
  expect(screen.getByText('Write a number, such as 12 or -0.5.')).toBeDefined()
  expect(document.activeElement).toBe(value)
  await userEvent.clear(value)
  await userEvent.type(value, '12')
  await userEvent.click(screen.getByRole('button', { name: 'Run' }))
  expect(run).toHaveBeenCalledWith({ least: { kind: 'number', text: '12' } })
})

it('begins with the values of the last time', () => {
  render(<Parameters names={['a']} before={{ a: { kind: 'text', text: 'x' } }} close={() => {}} run={() => {}} />)
  expect(screen.getByLabelText<HTMLInputElement>('Value').value).toBe('x')
})
