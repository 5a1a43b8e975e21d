/** One server-sent event. `id` is the last one that was told, also where this event has none. */
export type ServerEvent = { type: string; data: string; id: string | undefined }

/** Reads a text/event-stream piece by piece, wherever it is cut. */
export function eventReader(): (piece: string) => ServerEvent[] {
  let rest = ''
  let id: string | undefined
  let type = ''
  let data: string[] = []

  const readLine = (line: string): ServerEvent | null => {
    if (line === '') {
      const event = data.length > 0 ? { type: type === '' ? 'message' : type, data: data.join('\n'), id } : null
      type = ''
      data = []
      return event
    }
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') type = value
    else if (name === 'data') data.push(value)
    else if (name === 'id' && !value.includes('\0')) id = value
    return null
  }

  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    return lines.flatMap((line) => readLine(line) ?? [])
  }
}
