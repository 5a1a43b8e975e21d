import { FORMS, beginStatement, type Form } from '../../../api/sql'
import { download } from '../../../lib/download'
import { dayOf } from '../../../lib/time'
import type { Sent } from '../tab'

const ENDINGS = { csv: 'csv', arrow: 'arrows', json: 'json' } as const

/**
 * Runs a statement once more in a form for files and hands the answer to the browser's downloads. It is read as it comes; an answer
 * that breaks off throws and leaves no file.
 */
export async function exportRows(sent: Sent, form: Form, signal: AbortSignal, told: (bytes: number) => void): Promise<number> {
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
  download(`query-${dayOf(new Date())}-${answer.queryId.slice(-8)}.${ENDINGS[form]}`, FORMS[form], file)
  return bytes
}
