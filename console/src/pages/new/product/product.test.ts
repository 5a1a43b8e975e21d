import { expect, it } from 'vitest'
import type { TableProfile } from '../../../api/domains'
import { accessErrors, columnErrors, contractErrors, nameErrors, tableErrors } from './checks'
import { EMPTY_PRODUCT, columnsOf, newColumn } from './draft'
import { filesOf } from './files'

const column = { nullable: true, unique: false, class: null, class_by: null }
const profile: TableProfile = {
  domain: 'claims',
  zone: 'bronze',
  table: 'notices',
  rows: 520,
  columns: [
    { ...column, name: 'e_mail', header: 'E-Mail "x"', type: 'string', stored: 'string', unique: true, nullable: false, class: 'pii.email', class_by: 'name' },
    { ...column, name: 'notice_no', header: 'Notice No', type: 'string', stored: 'string', unique: true, nullable: false },
    { ...column, name: 'amount', header: 'amount', type: 'decimal(12, 2)', stored: 'string' },
    { ...column, name: 'at', header: 'at', type: 'timestamp', stored: 'timestamp', nullable: false },
    { ...column, name: 'parts', header: 'parts', type: 'array of object', stored: 'array of object' },
  ],
}
const draft = {
  ...EMPTY_PRODUCT,
  domain: 'claims',
  product: 'notices_daily',
  title: 'Notices: daily',
  port: 'notices',
  table: 'bronze.notices',
  columns: columnsOf(profile).map((each) => ({ ...each, description: 'What it is' })),
  purpose: 'Every first notice, for whoever plans shifts.',
  terms: ['claim'],
  purposes: ['claims-handling'],
}

it('takes over what a person would promise: a key that is no personal data, what is never empty, classes', () => {
  const [mail, notice, , , parts] = columnsOf(profile)
  expect(mail).toMatchObject({ key: false, required: true, class: 'pii.email', classBy: 'name' })
  expect(notice).toMatchObject({ key: true })
  expect(parts).toMatchObject({ use: false })
})

it('writes three files that say the same', () => {
  const files = filesOf(draft, 'mesh')
  expect(Object.keys(files).map((path) => path.replace('domains/claims/products/notices_daily/', ''))).toEqual([
    'contract.yaml',
    'access.yaml',
    'notices.sql',
  ])
  const [contract = '', access = '', sql = ''] = Object.values(files)
  expect(contract).toContain('name: "Notices: daily"')
  expect(contract).toContain('physicalType: decimal(12,2)')
  expect(contract).not.toContain('parts')
  expect(access).toBe('visibility: listed\npurposes:\n  - claims-handling\napprove:\n  max_days: 90\n')
  expect(sql).toContain(`nullif("E-Mail ""x""", '') AS "e_mail"`)
  expect(sql).toContain(`AS DECIMAL(12,2)) AS "amount"`)
  expect(sql).toContain('\n  "at"\n')
  expect(sql).toContain('-- "parts" holds array of object')
  expect(sql).toMatch(/FROM bronze\.notices\n$/)
  expect(Object.keys(filesOf({ ...draft, withAccess: false }, 'domain'))).toEqual([
    'products/notices_daily/contract.yaml',
    'products/notices_daily/notices.sql',
  ])
})

it('calls no single column of a compound key unique', () => {
  const columns = draft.columns.map((each, at) => ({ ...each, key: at === 1 || at === 3 }))
  const [contract = ''] = Object.values(filesOf({ ...draft, columns }, 'mesh'))
  expect(contract).toContain('primaryKeyPosition: 2')
  expect(contract).not.toContain('unique')
})

it('says what is missing, step by step', () => {
  for (const errors of [nameErrors(draft, ['claims']), tableErrors(draft), columnErrors(draft), contractErrors(draft), accessErrors(draft)]) {
    expect(errors).toEqual({})
  }
  expect(Object.keys(nameErrors(EMPTY_PRODUCT, []))).toEqual(['domain', 'product', 'title'])
  expect(Object.keys(tableErrors(EMPTY_PRODUCT))).toEqual(['table', 'port'])
  expect(Object.keys(contractErrors(EMPTY_PRODUCT))).toEqual(['purpose', 'terms'])
  expect(columnErrors(EMPTY_PRODUCT)).toEqual({ columns: 'Take at least one column.' })
  const twice = [{ ...newColumn(), name: 'a', from: 'a' }, { ...newColumn(), name: 'A', from: 'b', class: 'pii' }]
  expect(Object.keys(columnErrors({ ...draft, columns: twice }))).toEqual(['name-1', 'class-1', 'description-1'])
  expect(accessErrors({ ...draft, otherPurposes: 'No_Such!' })).toHaveProperty('purposes')
})
