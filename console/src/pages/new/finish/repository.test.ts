import { expect, it } from 'vitest'
import { belongs, readRepository, takenWords, type Chosen } from './repository'

const file = (path: string, text: string | Uint8Array<ArrayBuffer> = ''): Chosen => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return { webkitRelativePath: `mesh-repo/${path}`, size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.buffer) }
}

it('takes what the command line takes', () => {
  for (const path of ['mesh.yaml', 'people.yaml', 'domains/claims/domain.yaml', 'governance/glossary/a.yaml']) {
    expect(belongs(path), path).toBe(true)
  }
  for (const path of ['README.md', '.git/config', 'domains/.git/x', 'domains/a.yaml~', 'data/customers.csv', 'other.yaml']) {
    expect(belongs(path), path).toBe(false)
  }
})

it('reads the repository and leaves the rest of the folder alone', async () => {
  const read = await readRepository([file('mesh.yaml', 'mesh: m\n'), file('data/x.csv', '1'), file('domains/a/domain.yaml', '\ufeffdomain: a\n')])
  expect(read).toEqual({
    folder: 'mesh-repo',
    root: 'mesh',
    files: { 'mesh.yaml': 'mesh: m\n', 'domains/a/domain.yaml': '\ufeffdomain: a\n' },
  })
  expect(takenWords(read, { 'domains/a/domain.yaml': '', 'domains/b/domain.yaml': '' })).toMatch(/^domains\/a\/domain.yaml is there already/)
  expect(takenWords(read, { 'domains/b/domain.yaml': '' })).toBeUndefined()
  expect((await readRepository([file('domain.yaml')])).root).toBe('domain')
})

it('says what is wrong with a folder', async () => {
  await expect(readRepository([file('README.md')])).rejects.toThrow('neither a mesh.yaml nor a domain.yaml')
  await expect(readRepository([file('mesh.yaml'), file('domains/a/domain.yaml', new Uint8Array([0xff]))])).rejects.toThrow(
    'domains/a/domain.yaml is not UTF-8',
  )
})
