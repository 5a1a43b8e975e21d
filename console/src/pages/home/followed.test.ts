import { expect, it } from 'vitest'
import type { FollowItem } from '../../api/desk'
import { endOfPrevious, newestFirst } from './followed'

const item = (reference: string, facts: Partial<FollowItem> = {}) => ({ reference, ...facts }) as FollowItem

it('lists the latest publication first and drafts last', () => {
  const items = [
    item('b.draft'),
    item('a.old', { published_at: '2026-01-01T00:00:00Z' }),
    item('a.draft'),
    item('c.new', { published_at: '2026-02-01T00:00:00Z' }),
  ]
  expect(newestFirst(items).map(({ reference }) => reference)).toEqual(['c.new', 'a.old', 'a.draft', 'b.draft'])
})

it('tells the end of the version before only while it is to come', () => {
  const now = new Date('2026-11-27T00:00:00Z')
  expect(endOfPrevious(item('a.b', { previous_until: '2026-12-27T00:00:00Z' }), now)).toBe('2026-12-27T00:00:00Z')
  expect(endOfPrevious(item('a.b', { previous_until: '2026-11-26T00:00:00Z' }), now)).toBeUndefined()
  expect(endOfPrevious(item('a.b', { previous_until: null }), now)).toBeUndefined()
})
