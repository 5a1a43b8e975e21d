import { expect, it } from 'vitest'
import { connectLines } from './connect'

const door = { address: '127.0.0.1:5432', database: 'mesh', user: 'ana', token: 'TOKEN' }
const lines = (change: Partial<typeof door> & { purpose?: string }) =>
  Object.fromEntries(connectLines({ ...door, ...change }).map(({ tool, line }) => [tool, line]))

it('writes a line for each tool, with a purpose where there is one', () => {
  expect(lines({})).toEqual({
    psql: 'PGPASSWORD=TOKEN psql -h 127.0.0.1 -p 5432 -U ana mesh',
    JDBC: 'jdbc:postgresql://127.0.0.1:5432/mesh?user=ana&password=TOKEN',
    Python: "psycopg.connect(host='127.0.0.1', port=5432, user='ana', password='TOKEN', dbname='mesh')",
  })
  expect(lines({ purpose: 'fraud-detection' })['psql']).toContain("PGOPTIONS='-c purpose=fraud-detection' psql")
  expect(lines({ purpose: 'fraud-detection' })['JDBC']).toContain('&options=-c%20purpose%3Dfraud-detection')
})

it('takes an address of the newer kind, and no address at all', () => {
  expect(lines({ address: '[::1]:5432' })['psql']).toContain('-h ::1 -p 5432')
  expect(lines({ address: '[::1]:5432' })['JDBC']).toContain('//[::1]:5432/')
  expect(connectLines({ ...door, address: '' })).toEqual([])
})

it('lets no name out of its quotes', () => {
  expect(lines({ user: "o'b; rm" })['psql']).toContain("-U 'o'\\''b; rm' mesh")
  expect(lines({ user: "o'b\\" })['Python']).toContain("user='o\\'b\\\\'")
})
