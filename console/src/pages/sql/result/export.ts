import { beginStatement, type Form } from '../../../api/sql'
import type { Sent } from '../store'

const ENDINGS = { csv: 'csv', arrow: 'arrows', json: 'json' } as const

/**
 * Runs a statement once more in a form for files and hands the answer to the browser's downloads. It is read as it comes; an answer
 * that breaks off throws and leaves no file.
 */
export async function download(sent: Sent, form: Form, signal: AbortSignal, told: (bytes: number) => void): Promise<number> {
  const answer = await beginStatement(sent, form, signal)
  let bytes = 0
  const counted = answer.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, out) {
        bytes += part.byteLength
        told(bytes)
        out.enqueue(part)
      },
    }),
  )
  const file = await new Response(counted).blob()
  save(file, `query-${new Date().toISOString().slice(0, 10)}-${answer.queryId.slice(-8)}.${ENDINGS[form]}`)
  return bytes
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken the file over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
