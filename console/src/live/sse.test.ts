import { describe, expect, it } from 'vitest'
import { eventReader } from './sse'

const STREAM =
  ': hello\n\nevent: publication\ndata: {"product":"claims.fraud_signals"}\nid: 12\n\nevent: incident\ndata: a\ndata: b\n\n'

describe('a stream of events', () => {
  it('is the same however it is cut', () => {
    const whole = eventReader()(STREAM)
    expect(whole).toEqual([
      { type: 'publication', data: '{"product":"claims.fraud_signals"}', id: '12' },
      { type: 'incident', data: 'a\nb', id: '12' },
    ])
    for (let size = 1; size < 20; size += 1) {
      const read = eventReader()
      const pieces = STREAM.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      expect(pieces.flatMap((piece) => read(piece))).toEqual(whole)
    }
  })

  it('ends its lines in any of the three ways, also where a pair is cut', () => {
    const read = eventReader()
    expect([...read('data: a\r'), ...read('\n\r\n'), ...read('data:b\r\rx'), ...read('\n\n')].map(({ data }) => data)).toEqual(['a', 'b'])
  })

  it('tells nothing before the empty line, and nothing of comments', () => {
    const read = eventReader()
    expect(read(':\n\n:keep\n\ndata: half\n')).toEqual([])
    expect(read('\n')).toEqual([{ type: 'message', data: 'half', id: undefined }])
  })
})
