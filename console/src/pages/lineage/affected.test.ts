import { expect, it } from 'vitest'
import { feltBy } from './affected'

const use = (port: string, principal: string, last: string) => ({ port, principal, last, columns: [], statements: 1, fingerprints: [] })

it('has a line for each product that would feel a change, the nearest first, with its last reader', () => {
  const felt = feltBy({
    of: 'd.a',
    affected: [
      { name: 'd.far.t.x', far: 2 },
      { name: 'd.b.t', far: 1 },
      { name: 'd.b.t.y', far: 1 },
      { name: 'd.b.t.x', far: 2 },
    ],
    readers: [
      use('d.b.t', 'user:ana', '2026-01-02'),
      use('d.b.t', 'user:eve', '2026-01-01'),
      use('d.b.u', 'user:eve', '2026-01-03'),
      use('d.a.t', 'user:bob', '2026-02-01'),
    ],
    readers_untold: ['d.far'],
  })
  expect(felt).toEqual([
    { product: 'd.b', far: 1, columns: ['t.y', 't.x'], ports: ['t'], last: '2026-01-03', readers: 2, told: true },
    { product: 'd.far', far: 2, columns: ['t.x'], ports: [], last: null, readers: 0, told: false },
  ])
})
