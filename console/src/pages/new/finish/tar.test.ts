import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { tarOf } from './tar'

it('is an archive that tar unpacks', () => {
  const long = `domains/${'d'.repeat(24)}/products/${'p'.repeat(48)}/${'o'.repeat(48)}.sql`
  const files = { 'domains/claims/domain.yaml': 'domain: claims\n', [long]: 'x'.repeat(513), empty: '' }
  const archive = Buffer.from(tarOf(files))
  expect(execFileSync('tar', ['-tf', '-'], { input: archive }).toString().trim().split('\n')).toEqual(Object.keys(files))
  expect(execFileSync('tar', ['-xOf', '-', 'domains/claims/domain.yaml'], { input: archive }).toString()).toBe('domain: claims\n')
  expect(execFileSync('tar', ['-xOf', '-', long], { input: archive }).length).toBe(513)
})
