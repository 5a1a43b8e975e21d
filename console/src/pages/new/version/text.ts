import { diffLines } from 'diff'
import { parseDocument } from 'yaml'

export type Line = { kind: 'same' | 'gone' | 'new' | 'skipped'; text: string }

/** How many unchanged lines stand around a change. */
const AROUND = 3

/** What differs between two texts, line by line; long unchanged parts are skipped. */
export function linesBetween(before: string, after: string): Line[] {
  const lines = diffLines(before, after).flatMap(({ value, added, removed }): Line[] => {
    const kind = added ? 'new' : removed ? 'gone' : 'same'
    return value.replace(/\n$/, '').split('\n').map((text) => ({ kind, text }))
  })
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same'))
  return lines.flatMap((line, at): Line[] => {
    if (near[at]) return [line]
    return near[at - 1] || at === 0 ? [{ kind: 'skipped', text: '' }] : []
  })
}

const VERSION = /^version:[ \t]*["']?(\d+)\.(\d+)\.(\d+)["']?/m

/** The version that a contract says, where it says one on a line of its own. */
export function versionOf(text: string): string | undefined {
  return VERSION.exec(text)?.slice(1, 4).join('.')
}

/** The next version after one. */
export function nextVersion(version: string, rise: 'major' | 'minor' | 'patch'): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (rise === 'major') return `${major + 1}.0.0`
  return rise === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

export function withVersion(text: string, version: string): string {
  return text.replace(VERSION, `version: ${version}`)
}

/** Why a text is no YAML, with its line. */
export function yamlError(text: string): string | undefined {
  const [error] = parseDocument(text).errors
  if (error === undefined) return undefined
  const [place] = error.linePos ?? []
  const message = error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'not readable'
  return place === undefined ? `This is no YAML: ${message}.` : `Line ${place.line} is no YAML: ${message}.`
}
