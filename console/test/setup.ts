import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

// What the simulated page lacks of the platform's dialog.
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.setAttribute('open', '')
}
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.removeAttribute('open')
}

afterEach(cleanup)
