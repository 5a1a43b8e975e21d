import { queryOptions } from '@tanstack/react-query'
import { answerOf, api } from './client'
import { entireProblem, type Place } from './entire'
import type { ProductName } from './queries'
import type { components } from './schema'

type Schemas = components['schemas']
export type Difference = Schemas['Difference']
export type ChangeItem = Schemas['ChangeItem']
export type PublicationItem = Schemas['PublicationItem']
export type Impact = Schemas['Impact']
export type ReaderUse = Schemas['ReaderUse']
export type DomainItem = Schemas['DomainItem']

/** A mesh has some dozens of domains; more than this is said, not hidden. */
const ONE_PAGE = 500

export const productVersions = (path: ProductName) =>
  queryOptions({
    queryKey: ['product', path, 'versions'],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/versions', { params: { path }, signal })),
  })

export const productDiff = (path: ProductName, between: { old: string; new: string }) =>
  queryOptions({
    queryKey: ['product', path, 'diff', between],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/products/{domain}/{product}/diff', { params: { path, query: between }, signal })),
  })

export const impactOf = (of: string) =>
  queryOptions({
    queryKey: ['impact', of],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/impact', { params: { query: { of } }, signal })),
  })

export const domains = () =>
  queryOptions({
    queryKey: ['domains', 'all'],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/domains', { params: { query: { limit: ONE_PAGE } }, signal })),
  })

export const domainTables = (domain: string) =>
  queryOptions({
    queryKey: ['domain', domain, 'tables'],
    queryFn: async ({ signal }) => {
      const page = await answerOf(api.GET('/api/v1/domains/{domain}', { params: { path: { domain } }, signal }))
      return [...(page.silver ?? []), ...(page.bronze ?? [])]
    },
  })

export type ProfiledColumn = {
  name: string
  /** What the source calls it. */
  header: string
  /** The type that every value casts to, and the one it is stored as. */
  type: string
  stored: string
  nullable: boolean
  unique: boolean
  class?: string | null
  class_by?: string | null
}
export type TableProfile = { zone: string; table: string; rows: number; columns: ProfiledColumn[] }

/** What a table holds, column by column; never a value. The API's description says no more than that it is an object. */
export const tableProfile = (domain: string, name: string) =>
  queryOptions({
    queryKey: ['domain', domain, 'table', name],
    queryFn: async ({ signal }) => {
      const [zone = '', table = ''] = name.split('.')
      const path = { domain, zone, table }
      const answer = await answerOf(api.GET('/api/v1/domains/{domain}/tables/{zone}/{table}', { params: { path }, signal }))
      return answer as unknown as TableProfile
    },
  })

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
export type Warning = { message: string; hint?: string | null; at?: Place | null }
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
      const { data, error, response } = await api.POST('/api/v1/plan', { body: { files }, signal })
      if (!response.ok || data === undefined) throw entireProblem(response, error)
      return data as unknown as Planned
    },
    gcTime: 0,
    staleTime: 0,
    retry: false,
  })

/** Applies what was planned, and nothing else: the server refuses if anything that the plan rests on has moved. */
export async function applyFiles(files: Files, planned: Planned, key: string): Promise<Made> {
  const body = { files, expected: planned.basis, dirty: true }
  const { data, error, response } = await api.POST('/api/v1/apply', { body, headers: { 'Idempotency-Key': key } })
  if (!response.ok || data === undefined) throw entireProblem(response, error)
  return data as unknown as Made
}
