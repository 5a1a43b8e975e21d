import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { Dialog } from './Dialog'

it('begins in the first field, so that what is typed arrives there', async () => {
  render(
    <Dialog title="Approve the request?" close={() => {}}>
      <textarea aria-label="Note" />
    </Dialog>,
  )
  await userEvent.keyboard('as agreed')
  expect(screen.getByLabelText<HTMLTextAreaElement>('Note').value).toBe('as agreed')
})

it('closes by its button and gives the focus back', async () => {
  const close = vi.fn()
  render(<button type="button">Before</button>)
  screen.getByText('Before').focus()
  const { unmount } = render(
    <Dialog title="Keys" close={close}>
      <p>None</p>
    </Dialog>,
  )
  await userEvent.click(screen.getByLabelText('Close'))
  expect(close).toHaveBeenCalledOnce()
  unmount()
  expect(document.activeElement).toBe(screen.getByText('Before'))
})
