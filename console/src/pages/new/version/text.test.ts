import { expect, it } from 'vitest'
import { linesBetween, nextVersion, versionOf, withVersion, yamlError } from './text'

it('shows changes with what stands around them', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].join('\n')
  const lines = linesBetween(`${before}\n`, `${before.replace('g', 'G')}\n`)
  expect(lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['skipped ', 'same d', 'same e', 'same f', 'gone g', 'new G'])
  expect(linesBetween('a\n', 'a\n')).toEqual([{ kind: 'skipped', text: '' }])
})

it('reads and raises the version where it stands', () => {
  const text = 'kind: DataContract\nversion: "1.2.3"\nschema: []\n'
  expect(versionOf(text)).toBe('1.2.3')
  expect(nextVersion('1.2.3', 'major')).toBe('2.0.0')
  expect(nextVersion('1.2.3', 'minor')).toBe('1.3.0')
  expect(nextVersion('1.2.3', 'patch')).toBe('1.2.4')
  expect(versionOf(withVersion(text, '2.0.0'))).toBe('2.0.0')
  expect(versionOf('apiVersion: v3.1.0\n')).toBeUndefined()
})

it('says which line is no YAML', () => {
  expect(yamlError('a: 1\n')).toBeUndefined()
  expect(yamlError('a: 1\nb: [\n')).toMatch(/^Line \d/)
})
