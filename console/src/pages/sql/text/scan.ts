/** A stretch of SQL: what is read as SQL, or what is not (a string, a quoted name, a comment). */
type Piece = { kind: 'code' | 'quoted' | 'comment'; from: number; to: number }

const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y
const WORD = /[\w$\u0080-\uffff]/

/** Cuts a text into pieces as PostgreSQL does. What is not ended reaches to the end of the text. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let code = 0
  let at = 0
  const add = (kind: Piece['kind'], to: number) => {
    if (code < at) pieces.push({ kind: 'code', from: code, to: at })
    pieces.push({ kind, from: at, to })
    at = to
    code = to
  }
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === "'") add('quoted', endOfQuote(text, at, "'", hasEscapes(text, at)))
    else if (char === '"') add('quoted', endOfQuote(text, at, '"', false))
    else if (char === '$' && !isWord(text, at - 1)) {
      const end = endOfDollars(text, at)
      if (end === null) at += 1
      else add('quoted', end)
    } else if (text.startsWith('--', at)) {
      const end = text.indexOf('\n', at)
      add('comment', end < 0 ? text.length : end)
    } else if (text.startsWith('/*', at)) add('comment', endOfComment(text, at))
    else at += 1
  }
  if (code < at) pieces.push({ kind: 'code', from: code, to: at })
  return pieces
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && WORD.test(text.charAt(at))
}

/** `E'...'` knows backslashes. */
function hasEscapes(text: string, at: number): boolean {
  return /[eE]/.test(text.charAt(at - 1)) && !isWord(text, at - 2)
}

function endOfQuote(text: string, from: number, quote: string, escapes: boolean): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (escapes && char === '\\') at += 1
    else if (char === quote) {
      if (text.charAt(at + 1) !== quote) return at + 1
      at += 1
    }
  }
  return text.length
}

function endOfDollars(text: string, from: number): number | null {
  DOLLAR.lastIndex = from
  const mark = DOLLAR.exec(text)?.[0]
  if (mark === undefined) return null
  const end = text.indexOf(mark, from + mark.length)
  return end < 0 ? text.length : end + mark.length
}

/** Comments nest. */
function endOfComment(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at += 1) {
    if (text.startsWith('/*', at)) {
      depth += 1
      at += 1
    } else if (text.startsWith('*/', at)) {
      depth -= 1
      at += 1
      if (depth === 0) return at + 1
    }
  }
  return text.length
}
