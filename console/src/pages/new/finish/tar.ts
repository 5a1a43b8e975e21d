import type { Files } from '../../../api/plan'

const BLOCK = 512

function field(block: Uint8Array, at: number, length: number, text: string): void {
  block.set(new TextEncoder().encode(text).slice(0, length), at)
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`
}

/** The header of one file, as POSIX.1-1988 has it: every tar reads it. Paths of a mesh are shorter than its 100 bytes, or split. */
function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const [prefix, name] = splitPath(path)
  field(block, 0, 100, name)
  field(block, 100, 8, octal(0o644, 8))
  field(block, 108, 8, octal(0, 8))
  field(block, 116, 8, octal(0, 8))
  field(block, 124, 12, octal(size, 12))
  field(block, 136, 12, octal(0, 12))
  field(block, 148, 8, ' '.repeat(8))
  field(block, 156, 1, '0')
  field(block, 257, 8, 'ustar\x0000')
  field(block, 345, 155, prefix)
  const sum = block.reduce((total, byte) => total + byte, 0)
  field(block, 148, 8, `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}

function splitPath(path: string): [prefix: string, name: string] {
  if (path.length <= 100) return ['', path]
  const slash = path.indexOf('/', path.length - 101)
  return [path.slice(0, slash), path.slice(slash + 1)]
}

/** The files as one archive, each at its place beneath the repository's root. */
export function tarOf(files: Files): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(files).flatMap(([path, text]) => {
    const bytes = new TextEncoder().encode(text)
    const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK)
    padded.set(bytes)
    return [header(path, bytes.length), padded]
  })
  parts.push(new Uint8Array(2 * BLOCK))
  const archive = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    archive.set(part, at)
    at += part.length
  }
  return archive
}
