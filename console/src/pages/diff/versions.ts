import type { PublicationItem } from '../../api/types'

/** The contract that is applied and not published yet; told to people of its domain only. */
export const DECLARED = 'declared'

export type VersionChoice = { value: string; text: string }

/** Each version once, newest first: what a person may pick. */
export function choicesOf(items: readonly PublicationItem[], isMember: boolean): VersionChoice[] {
  const seen = new Map<string, VersionChoice>()
  for (const item of items) {
    if (!seen.has(item.version)) seen.set(item.version, { value: item.version, text: item.version })
  }
  const current = items.find((item) => item.current)?.version
  const versions = [...seen.values()].map((choice) =>
    choice.value === current ? { ...choice, text: `${choice.text} (current)` } : choice,
  )
  return isMember ? [{ value: DECLARED, text: 'applied, not published' }, ...versions] : versions
}

/** The contracts that a person may read: what is served, each version before it, and in the domain what is applied. */
export function contractChoices(items: readonly PublicationItem[], isMember: boolean): VersionChoice[] {
  const current = items.find((item) => item.current)?.version
  const served = { value: '', text: current === undefined ? 'the draft' : `${current} (served now)` }
  const choices = choicesOf(items, isMember && items.length > 0)
  return [served, ...choices.filter(({ value }) => value !== current)]
}

/** Which contract it is that is shown. */
export function contractWords(version: string | undefined, published: boolean): string {
  const standard = 'in the Open Data Contract Standard'
  if (version === undefined) return published ? `The contract as it is served, ${standard}.` : `The contract of the draft, ${standard}.`
  if (version === DECLARED) return `The contract as it is applied and not published yet, ${standard}.`
  if (version.startsWith('pub-')) return `The contract that ${version} was published under, ${standard}.`
  return `The contract of version ${version}, ${standard}.`
}

/** A contract that is shown, compared with what is served; what is to come is the later of the two. */
export function comparedWith(version: string | undefined): { from?: string; to?: string } {
  if (version === undefined) return {}
  return version === DECLARED ? { from: 'current', to: DECLARED } : { from: version, to: 'current' }
}

/** What is compared unless the address says otherwise: what is served with the version before it. */
export function defaultPair(items: readonly PublicationItem[], isMember: boolean): { from: string; to: string } | null {
  const versions = [...new Set(items.map((item) => item.version))]
  const current = items.find((item) => item.current)?.version ?? versions[0]
  if (current === undefined) return null
  const before = versions[versions.indexOf(current) + 1]
  if (before !== undefined) return { from: before, to: current }
  if (versions[0] !== undefined && versions[0] !== current) return { from: current, to: versions[0] }
  return isMember ? { from: current, to: DECLARED } : null
}

/** Whether a version is at least another; what is no plain `1.2.3` is never said to be. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => /^(\d+)\.(\d+)\.(\d+)$/.exec(text)?.slice(1).map(Number))
  if (a === undefined || b === undefined) return false
  const at = a.findIndex((part, index) => part !== b[index])
  return at < 0 || (a[at] ?? 0) > (b[at] ?? 0)
}
