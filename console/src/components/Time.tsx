import { instantWords, relative } from '../lib/time'

/** An instant in relation to now; the exact one is in the title and for machines. */
export function Time({ at }: { at: string }) {
  const instant = new Date(at)
  return (
    <time dateTime={at} title={instantWords(instant.toISOString())}>
      {relative(instant, new Date())}
    </time>
  )
}
