/** A place as the server tells it: lines and characters from 1. */
export type Place = { line: number; column: number }

/** The offset of a place. The server counts characters; JavaScript counts those beyond 16 bits as two. */
export function offsetOf(text: string, { line, column }: Place): number | null {
  let start = 0
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf('\n', start)
    if (end < 0) return null
    start = end + 1
  }
  let at = start
  for (let passed = 1; passed < column && at < text.length; passed += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return at
}

/** What a fault at an offset underlines: the word that begins there, or else one character; at the end the last one. */
export function wordAt(text: string, at: number): { from: number; to: number } {
  const from = Math.min(at, Math.max(0, text.length - 1))
  const word = /^(?:"[^"\n]*"|[\w$.\u0080-\uffff]+)/.exec(text.slice(from))?.[0]
  return { from, to: Math.min(text.length, from + (word?.length ?? 1)) }
}
