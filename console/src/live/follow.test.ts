import { expect, it, vi } from 'vitest'
import { follow, waitBefore, type Place } from './follow'

const stream = (text: string) => new Response(text, { status: 200 })

/** Follows what the answers say, one a connection; the last must end it. */
async function run(answers: (Response | Error)[], place: Place = { lastId: undefined, begun: false }) {
  const asked: (string | undefined)[] = []
  const calls = { told: vi.fn(), missed: vi.fn(), refused: vi.fn(), wait: vi.fn(() => Promise.resolve()) }
  const open = (lastId: string | undefined) => {
    asked.push(lastId)
    const answer = answers.shift()
    return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer ?? new Error('none left'))
  }
  await follow({ open, ...calls }, place, new AbortController().signal)
  return { asked, ...calls }
}

const GONE = () => new Response(null, { status: 401 })

it('goes on after the last event it was told, and ends with the token', async () => {
  const { asked, told, refused, missed } = await run([
    stream('event: a\ndata: 1\nid: 7\n\n'),
    new TypeError('Failed to fetch'),
    stream('event: a\ndata: 2\nid: 9\n\n'),
    GONE(),
  ])
  expect(asked).toEqual([undefined, '7', '7', '9'])
  expect(told).toHaveBeenCalledTimes(2)
  expect(refused).toHaveBeenCalledOnce()
  expect(missed).not.toHaveBeenCalled()
})

it('says that something may be missed where it has no number to go on from', async () => {
  const { missed } = await run([stream(':\n\n'), stream(':\n\n'), GONE()])
  expect(missed).toHaveBeenCalledOnce()
})

it('begins anew with a mesh that does not know the number', async () => {
  const { asked, missed } = await run([new Response(null, { status: 400 }), stream(':\n\n'), GONE()], { lastId: '900', begun: true })
  expect(asked).toEqual(['900', undefined, undefined])
  expect(missed).toHaveBeenCalled()
})

it('waits longer each time, up to a minute', () => {
  expect(waitBefore(0, 0)).toBe(500)
  expect(waitBefore(0, 1)).toBe(1000)
  expect(waitBefore(3, 1)).toBe(8000)
  expect(waitBefore(30, 1)).toBe(60_000)
})
