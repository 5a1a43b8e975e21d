import { queryOptions } from '@tanstack/react-query'
import { api } from './client'
import { heldBy, type Place } from './refusal'
import type { components } from './schema'
import type { ChangeItem, ReaderUse } from './types'

type Schemas = components['schemas']

export type Files = Record<string, string>
export type PlannedChange = {
  verb: 'create' | 'update' | 'retire' | 'unchanged'
  /** `domain:claims`, `product:claims.claims_enriched`. */
  object: string
  path: string
  details: string[]
  felt_by: string[]
  /** What a changed contract means for those who read what is served. */
  contract?: { verdict: string; published: string; least: string; previous_until?: string | null; changes: ChangeItem[] } | null
  /** What to add to the command; the console adds nothing. */
  confirm?: string | null
  refused?: string | null
}
type Warning = { message: string; hint?: string | null; at?: Place | null }
/** What a plan was made from; given back as it came. */
type Basis = NonNullable<Schemas['Files']['expected']>
export type Planned = {
  repository: string
  changes: PlannedChange[]
  basis: Basis
  warnings?: Warning[]
  /** By product, who read what would break. */
  readers?: Record<string, ReaderUse[]>
}
export type Made = { seq: number; changes: PlannedChange[]; warnings: Warning[] }

const ids = new WeakMap<Files, number>()
let nextId = 0

/** A repository is too long a text for the key of a question, so its value in memory stands for it. */
function idOf(files: Files): number {
  const id = ids.get(files) ?? (nextId += 1)
  ids.set(files, id)
  return id
}

/** Changes nothing, so it is asked like any other question. */
export const planOf = (files: Files) =>
  queryOptions({
    queryKey: ['plan', idOf(files)],
    queryFn: async ({ signal }): Promise<Planned> => {
      return heldBy(await api.POST('/api/v1/plan', { body: { files }, signal })) as unknown as Planned
    },
    gcTime: 0,
    staleTime: 0,
    retry: false,
  })

/** Applies what was planned, and nothing else: the server refuses if anything that the plan rests on has moved. */
export async function applyFiles(files: Files, planned: Planned, headers: { 'Idempotency-Key': string }): Promise<Made> {
  const body = { files, expected: planned.basis, dirty: true }
  return heldBy(await api.POST('/api/v1/apply', { body, headers })) as unknown as Made
}
