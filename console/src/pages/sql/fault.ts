import type { Fault } from './editor/types'
import type { QueryTab } from './tab'
import { offsetOf, wordAt } from './text/place'

/** Where in the editor the last run failed, if the server said it and the statement still stands there as it was sent. */
export function faultOf({ run, text }: QueryTab): Fault | null {
  if (run?.state !== 'failed' || run.place === undefined) return null
  const { sent, place, error } = run
  if (text.slice(sent.from, sent.from + sent.text.length) !== sent.text) return null
  const inSent = offsetOf(sent.sql, place)
  if (inSent === null) return null
  return { ...wordAt(text, sent.from + sent.placeBefore(inSent)), message: error.message.replaceAll('`', '') }
}
