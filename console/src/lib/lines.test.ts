import { expect, it } from 'vitest'
import { linesOf } from './lines'

function arriving(...pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      pieces.forEach((piece) => controller.enqueue(piece))
      controller.close()
    },
  })
}

it('puts together lines and letters that arrive in pieces', async () => {
  const bytes = new TextEncoder().encode('{"a":"é"}\n\n{"b":2}\nlast')
  const cut = bytes.indexOf(0xc3) + 1
  const lines: string[] = []
  for await (const line of linesOf(arriving(bytes.slice(0, cut), bytes.slice(cut, 14), bytes.slice(14)))) lines.push(line)
  expect(lines).toEqual(['{"a":"é"}', '{"b":2}', 'last'])
})
