import { expect, it } from 'vitest'
import { readContract } from './contract'

it('reads keys in their order, and promises besides freshness', () => {
  const text = `
schema:
  - name: rows
    properties:
      - {name: day, primaryKey: true, primaryKeyPosition: 2}
      - {name: id, primaryKey: true, primaryKeyPosition: 1}
      - {name: phone}
  - name: notes
    properties: [{name: text}]
slaProperties:
  - {property: freshness, value: 1, unit: h}
  - {property: retention, value: 7, unit: y}
  - {property: timeOfAvailability, value: "06:00", element: rows.day}
`
  expect(readContract(text)).toEqual({
    keys: { rows: ['id', 'day'] },
    promises: [
      { property: 'Retention', value: '7 y' },
      { property: 'Time of availability', value: '06:00 (rows.day)' },
    ],
  })
})

it('leaves out what is not as the standard has it', () => {
  expect(readContract('{"schema": 3, "slaProperties": [7, {"property": {}, "value": 1}]}')).toEqual({ keys: {}, promises: [] })
  expect(readContract('')).toEqual({ keys: {}, promises: [] })
  expect(readContract('schema: [{name: a, properties: [null, {primaryKey: true}]}]')).toEqual({ keys: {}, promises: [] })
})
