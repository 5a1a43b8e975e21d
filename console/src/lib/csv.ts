/** Reads RFC 4180 text; quoted fields may hold commas, quotes and line ends. */
export function parseCsv(text: string): { header: string[]; rows: string[][] } {
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  const endField = () => {
    record.push(field)
    field = ''
  }
  const endRecord = () => {
    endField()
    records.push(record)
    record = []
  }
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (quoted) {
      if (char !== '"') field += char
      else if (text.charAt(at + 1) === '"') {
        field += '"'
        at += 1
      } else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ',') endField()
    else if (char === '\n') endRecord()
    else if (char !== '\r') field += char
  }
  if (field !== '' || record.length > 0) endRecord()
  const [header = [], ...rows] = records
  return { header, rows }
}

/**
 * A spreadsheet takes a text that begins like this for a formula, and would run what somebody put into a name: such a text gets an
 * apostrophe in front. Numbers are none.
 */
export function harmless(text: string): string {
  return /^(\s*[=+\-@|%]|[\t\r])/.test(text) && !/^[+-]?[\d.]+([eE][+-]?\d+)?$/.test(text) ? `'${text}` : text
}

function field(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : harmless(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180 text that a spreadsheet reads without running anything in it. */
export function csvText(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')
}
