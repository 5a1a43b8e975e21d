import { describe, expect, it } from 'vitest'
import type { ProductAccess, ProductPage } from '../../api/types'
import { bodyOf, checkForm, classesOf, emptyForm, isAutomatic, type RequestForm } from './request'

const now = new Date('2026-11-27T12:00:00Z')
const access = { purposes: ['fraud-detection', 'pricing'], max_days: 90, automatic: [] as ProductAccess['automatic'] } as ProductAccess
const form: RequestForm = { ...emptyForm(access), purpose: 'pricing', reason: ' to price ' }

describe('the request form', () => {
  it('chooses a purpose only where there is one', () => {
    expect(emptyForm(access).purpose).toBe('')
    expect(emptyForm({ ...access, purposes: ['pricing'] }).purpose).toBe('pricing')
  })

  it('says what it lacks', () => {
    expect(checkForm(emptyForm(access), access, now)).toMatchObject({ purpose: expect.any(String), reason: expect.any(String) })
    expect(checkForm(form, access, now)).toEqual({})
    expect(checkForm({ ...form, subject: 'service:' }, access, now)).toHaveProperty('subject')
    expect(checkForm({ ...form, until: '2026-11-27' }, access, now)).toHaveProperty('until')
    expect(checkForm({ ...form, until: '2027-02-26' }, access, now)).toHaveProperty('until')
    expect(checkForm({ ...form, until: '2027-02-25' }, access, now)).toEqual({})
  })

  it('sends what differs from the usual only', () => {
    expect(bodyOf(form, 'a.b')).toEqual({ product: 'a.b', purpose: 'pricing', reason: 'to price' })
    const wide = { ...form, subject: 'group:analysts', rows: 'all', clear: ['pii.name'], until: '2027-01-01' }
    expect(bodyOf(wide, 'a.b')).toMatchObject({ for: 'group:analysts', rows: 'all', clear: ['pii.name'], until: '2027-01-01' })
  })

  it('promises access at once only where the product says so and nothing unusual is asked', () => {
    const open = { ...access, automatic: [{ group: 'analysts', purpose: 'pricing', days: 30, mine: true }] }
    expect(isAutomatic(form, access)).toBe(false)
    expect(isAutomatic(form, open)).toBe(true)
    expect(isAutomatic({ ...form, purpose: 'fraud-detection' }, open)).toBe(false)
    expect(isAutomatic({ ...form, rows: 'all' }, open)).toBe(false)
    expect(isAutomatic({ ...form, clear: ['pii.name'] }, open)).toBe(false)
    expect(isAutomatic({ ...form, subject: 'group:analysts' }, open)).toBe(true)
    expect(isAutomatic({ ...form, subject: 'group:actuaries' }, open)).toBe(false)
    const ofOthers = open.automatic.map((auto) => ({ ...auto, mine: false }))
    expect(isAutomatic(form, { ...access, automatic: ofOthers })).toBe(false)
  })

  it('offers classes, not labels', () => {
    const columns = [{ tags: ['pii.name', 'raw'] }, { tags: ['pii.birth', 'pii.name'] }]
    expect(classesOf({ port_details: [{ columns }] } as unknown as ProductPage)).toEqual(['pii.birth', 'pii.name'])
  })
})
