/**
 * The little of Markdown that contracts need: paragraphs, lists, code, emphasis and links. It gives a tree of plain data, never
 * HTML; whatever is not one of these stays the text that it is.
 */
export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'strong' | 'em'; parts: Inline[] }
  | { kind: 'link'; href: string; host: string; parts: Inline[] }

export type Block =
  | { kind: 'paragraph'; lines: Inline[][] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'code'; text: string }

const FENCE = /^\s{0,3}```/
const BULLET = /^\s{0,3}[-*+]\s+(.*)$/
const NUMBER = /^\s{0,3}\d{1,3}[.)]\s+(.*)$/

export function parseMarkdown(text: string): Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  let paragraph: Inline[][] | null = null
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (FENCE.test(line)) {
      const end = lines.findIndex((later, index) => index > at && FENCE.test(later))
      const last = end < 0 ? lines.length : end
      blocks.push({ kind: 'code', text: lines.slice(at + 1, last).join('\n') })
      at = last
      paragraph = null
      continue
    }
    const [bullet, number] = [BULLET.exec(line), NUMBER.exec(line)]
    const item = bullet?.[1] ?? number?.[1]
    if (item !== undefined) {
      addItem(blocks, bullet === null, item)
      paragraph = null
    } else if (line.trim() === '') paragraph = null
    else if (paragraph === null && blocks.at(-1)?.kind === 'list' && /^\s+\S/.test(line) && lines[at - 1]?.trim() !== '') {
      continueItem(blocks, line)
    } else {
      if (paragraph === null) blocks.push({ kind: 'paragraph', lines: (paragraph = []) })
      paragraph.push(parseInline(line.trim()))
    }
  }
  return blocks
}

function addItem(blocks: Block[], ordered: boolean, text: string): void {
  const last = blocks.at(-1)
  const item = parseInline(text)
  if (last?.kind === 'list' && last.ordered === ordered) last.items.push(item)
  else blocks.push({ kind: 'list', ordered, items: [item] })
}

/** A line below an item that is set in goes on with it. */
function continueItem(blocks: Block[], line: string): void {
  const last = blocks.at(-1)
  if (last?.kind === 'list') last.items.at(-1)?.push({ kind: 'text', text: ' ' }, ...parseInline(line.trim()))
}

/** Emphasis within emphasis within a link is all that anybody writes. */
const DEEPEST = 4

const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char)

export function parseInline(text: string, depth = 0): Inline[] {
  const parts: Inline[] = []
  let plain = ''
  const push = (part: Inline) => {
    if (plain !== '') parts.push({ kind: 'text', text: plain })
    plain = ''
    parts.push(part)
  }
  for (let at = 0; at < text.length; ) {
    const found = depth < DEEPEST ? spanAt(text, at, depth) : null
    if (found === null) {
      plain += text.charAt(at)
      at += 1
    } else {
      push(found.part)
      at = found.end
    }
  }
  if (plain !== '') parts.push({ kind: 'text', text: plain })
  return parts
}

type Span = { part: Inline; end: number }

function spanAt(text: string, at: number, depth: number): Span | null {
  switch (text.charAt(at)) {
    case '`':
      return codeAt(text, at)
    case '[':
      return linkAt(text, at, depth)
    case '*':
      return text.startsWith('**', at) ? markedAt(text, at, '**', 'strong', depth) : markedAt(text, at, '*', 'em', depth)
    case '_':
      // A name such as customer_master is no emphasis.
      return isWord(text[at - 1]) ? null : markedAt(text, at, '_', 'em', depth)
    default:
      return null
  }
}

/** How far the end of a span is looked for, so that a text full of beginnings takes no time. */
const LONGEST_SPAN = 1_000

function endOf(text: string, mark: string, from: number): number {
  const at = text.slice(from, from + LONGEST_SPAN).indexOf(mark)
  return at < 0 ? -1 : from + at
}

function codeAt(text: string, at: number): Span | null {
  const end = endOf(text, '`', at + 1)
  return end <= at + 1 ? null : { part: { kind: 'code', text: text.slice(at + 1, end) }, end: end + 1 }
}

function markedAt(text: string, at: number, mark: string, kind: 'strong' | 'em', depth: number): Span | null {
  const from = at + mark.length
  const end = endOf(text, mark, from)
  const inner = end < 0 ? '' : text.slice(from, end)
  if (inner.trim() === '' || inner !== inner.trim()) return null
  if (mark === '_' && isWord(text[end + 1])) return null
  return { part: { kind, parts: parseInline(inner, depth + 1) }, end: end + mark.length }
}

function linkAt(text: string, at: number, depth: number): Span | null {
  const middle = endOf(text, '](', at + 1)
  const end = middle < 0 ? -1 : endOf(text, ')', middle + 2)
  const name = middle < 0 ? '' : text.slice(at + 1, middle)
  if (end < 0 || name.trim() === '' || name.includes('[')) return null
  const address = webAddress(text.slice(middle + 2, end))
  if (address === null) return null
  const parts = parseInline(name, depth + 1)
  // A link within a link leads nowhere.
  if (JSON.stringify(parts).includes('"link"')) return null
  return { part: { kind: 'link', href: address.href, host: address.host, parts }, end: end + 1 }
}

/** An address of the web; `javascript:`, `data:` and all others are none. */
function webAddress(text: string): URL | null {
  try {
    const address = new URL(text.trim())
    return ['http:', 'https:'].includes(address.protocol) && address.username === '' ? address : null
  } catch {
    return null
  }
}
