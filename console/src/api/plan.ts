import { queryOptions } from '@tanstack/react-query'
import { api } from './client'
import { heldBy } from './refusal'
import type { components } from './schema'

type Schemas = components['schemas']

export type Files = Record<string, string>
export type Planned = Schemas['Planned']
export type PlannedChange = Schemas['PlannedChange']
export type Applied = Schemas['Applied']

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
    queryFn: async ({ signal }) => heldBy(await api.POST('/api/v1/plan', { body: { files }, signal })),
    gcTime: 0,
    staleTime: 0,
    retry: false,
  })

/** Applies what was planned, and nothing else: the server refuses if anything that the plan rests on has moved. */
export async function applyFiles(files: Files, planned: Planned, headers: { 'Idempotency-Key': string }): Promise<Applied> {
  const body = { files, expected: planned.basis, dirty: true }
  return heldBy(await api.POST('/api/v1/apply', { body, headers }))
}
