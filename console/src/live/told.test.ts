import { describe, expect, it } from 'vitest'
import type { WhoAmI } from '../api/types'
import { noticeOf, toldOf, touchedBy, type Told } from './told'

const ana = { principal: 'user:ana', groups: ['fraud-analysts'] } as WhoAmI
const read = (type: string, data: object) => toldOf({ type, data: JSON.stringify(data), id: '1' })
const words = (type: string, data: object) => {
  const told = read(type, data)
  return told && noticeOf(told, ana)?.text
}

describe('an event', () => {
  it('is told in the words of the pages', () => {
    expect(words('publication', { product: 'claims.fraud_signals', version: '1.2.0' })).toBe('claims.fraud_signals 1.2.0 is published')
    expect(words('publication', { product: 'a.b', rolled_back_to: '1.0.0' })).toBe('a.b serves 1.0.0 again')
    expect(words('request', { product: 'a.b', request: 'req-1', by: 'user:rajan' })).toBe('rajan asks for a.b')
    expect(words('decision', { product: 'a.b', decision: 'approved', entitlement: 'ent-2', subject: 'user:ana' })).toBe(
      'Your request for a.b was approved',
    )
    expect(words('decision', { product: 'a.b', decision: 'revoked', subject: 'group:fraud-analysts' })).toBe('Your access to a.b was ended')
    expect(words('decision', { product: 'a.b', decision: 'approved', subject: 'user:rajan' })).toBe('rajan can read a.b now')
    expect(words('decision', { product: 'a.b', decision: 'denied', request: 'req-1' })).toBe('The request for a.b was denied')
    expect(words('incident', { unreadable: 'a.b.port' })).toBe('a.b.port cannot be read now')
  })

  it('is not told to whoever did it', () => {
    expect(words('request', { product: 'a.b', request: 'req-1', by: 'user:ana' })).toBeUndefined()
    expect(words('remark', { product: 'a.b', request: 'req-1', by: 'user:ana' })).toBeUndefined()
  })

  it('of another server is left out', () => {
    expect(toldOf({ type: 'publication', data: 'no json', id: undefined })).toBeNull()
    expect(read('publication', {})).toBeNull()
    expect(read('comet', { product: 'a.b' })).toBeNull()
    expect(words('decision', { product: 'a.b', decision: 'pondered', subject: 'user:ana' })).toBeUndefined()
  })

  it('of a remark leads to its request', () => {
    const told = read('remark', { product: 'a.b', request: 'req-1', by: 'user:stella' })
    expect(told && noticeOf(told, ana)).toEqual({
      text: 'stella wrote about the request for a.b',
      to: { page: 'request', request: 'req-1' },
    })
    expect(told && touchedBy(told)).toContainEqual(['requests'])
  })

  it('touches what it changes, and nothing else', () => {
    const touched = (told: Told) => touchedBy(told).map(([name]) => name)
    const product = ['product', { domain: 'a', product: 'b' }]
    expect(touchedBy({ kind: 'incident', product: 'a.b', port: 'a.b.c' })).toEqual([product])
    expect(touched({ kind: 'publication', product: 'a.b', version: '1', rolledBack: false })).not.toContain('requests')
    expect(touched({ kind: 'publication', product: 'a.b', version: '2', rolledBack: false })).toContain('follows')
    expect(touched({ kind: 'request', product: 'a.b', request: 'req-1', by: 'user:ana' })).not.toContain('entitlements')
    expect(touched({ kind: 'decision', product: 'a.b', decision: 'approved' })).toEqual(expect.arrayContaining(['entitlements', 'requests']))
  })
})
