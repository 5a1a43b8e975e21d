import type { Files } from '../../../api/plan'

/** What a repository consists of, as the command line reads it; anything else in the folder is none of its business. */
const ROOT_FILES = ['mesh.yaml', 'people.yaml', 'domain.yaml']
const FOLDERS = ['governance', 'domains', 'sources', 'silver', 'products']
const LARGEST_FILE = 4 << 20
const LARGEST_REPOSITORY = 64 << 20
const MOST_FILES = 50_000

export type Root = 'mesh' | 'domain'
export type Repository = { folder: string; root: Root; files: Files }
/** A file of the chosen folder: what the browser's `File` has of it. */
export type Chosen = { webkitRelativePath: string; size: number; arrayBuffer: () => Promise<ArrayBuffer> }

/** Whether a path beneath the root belongs to the repository. */
export function belongs(path: string): boolean {
  const parts = path.split('/')
  const last = parts[parts.length - 1] ?? ''
  if (parts.some((part) => part.startsWith('.')) || last.endsWith('~')) return false
  return parts.length === 1 ? ROOT_FILES.includes(path) : FOLDERS.includes(parts[0] ?? '')
}

/** Reads the repository in a chosen folder. Throws a sentence where there is none, or one that the server would not take. */
export async function readRepository(chosen: readonly Chosen[]): Promise<Repository> {
  const folder = chosen[0]?.webkitRelativePath.split('/')[0] ?? ''
  const beneath = chosen.map((file) => ({ file, path: file.webkitRelativePath.slice(folder.length + 1) }))
  const own = beneath.filter(({ path }) => belongs(path))
  const has = (name: string) => own.some(({ path }) => path === name)
  const root: Root | null = has('mesh.yaml') ? 'mesh' : has('domain.yaml') ? 'domain' : null
  if (root === null) {
    throw new Error(`“${folder}” has neither a mesh.yaml nor a domain.yaml at its top. Choose the folder that has one.`)
  }
  if (own.length > MOST_FILES) throw new Error(`“${folder}” has more than ${MOST_FILES.toLocaleString('en')} files.`)
  if (own.reduce((total, { file }) => total + file.size, 0) > LARGEST_REPOSITORY) {
    throw new Error(`“${folder}” is larger than 64 MB. Data does not belong into the repository.`)
  }
  const files: Files = {}
  for (const { file, path } of own) files[path] = await textOf(file, path)
  return { folder, root, files }
}

async function textOf(file: Chosen, path: string): Promise<string> {
  if (file.size > LARGEST_FILE) throw new Error(`${path} is larger than 4 MB. Data does not belong into the repository.`)
  try {
    // The bytes as they are: what the server keeps has to be what is committed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer())
  } catch {
    throw new Error(`${path} is not UTF-8 text.`)
  }
}

/** Says which new files the repository has already, if any. */
export function takenWords(repository: Repository | null, files: Files): string | undefined {
  const taken = Object.keys(files).filter((path) => path in (repository?.files ?? {}))
  return taken.length === 0 ? undefined : `${taken.join(', ')} is there already. Choose another name in step 1.`
}
