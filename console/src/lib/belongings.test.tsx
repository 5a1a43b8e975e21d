import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, it } from 'vitest'
import { addToCart, cartNow } from '../cart/cart'
import { belongsTo, forgetBelongings } from './belongings'
import { useUnsent } from './unsent'

function Form() {
  const [form, set] = useUnsent('request a.b', () => ({ reason: '' }))
  return <input aria-label="Reason" value={form.reason} onChange={(event) => set({ reason: event.target.value })} />
}

const reason = () => screen.getByLabelText<HTMLInputElement>('Reason').value

beforeEach(() => {
  forgetBelongings()
  belongsTo('user:ana')
  addToCart('a.b')
})

async function typeAndLose() {
  const { unmount } = render(<Form />)
  await userEvent.type(screen.getByLabelText('Reason'), 'to see')
  unmount()
}

it('is there again for the same person', async () => {
  await typeAndLose()
  belongsTo('user:ana')
  render(<Form />)
  expect(reason()).toBe('to see')
  expect(cartNow()).toEqual(['a.b'])
})

it('is gone for another person', async () => {
  await typeAndLose()
  belongsTo('user:rajan')
  render(<Form />)
  expect(reason()).toBe('')
  expect(cartNow()).toEqual([])
})

it('is gone after signing out', async () => {
  await typeAndLose()
  forgetBelongings()
  belongsTo('user:ana')
  render(<Form />)
  expect(reason()).toBe('')
  expect(sessionStorage.getItem('tessera.cart')).toBeNull()
})
