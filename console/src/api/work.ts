import { useMutation } from '@tanstack/react-query'
import { linesOf } from '../lib/lines'
import { answerOf, api } from './client'
import { Problem, asProblem } from './problem'
import { useReadAgain } from './readAgain'
import { heldBy, refusalOf } from './refusal'
import type { components } from './schema'

type Schemas = components['schemas']
type RunReport = Schemas['RunReport']
export type PublishReport = Schemas['PublishReport']
export type RuleResult = Schemas['RuleResult']

/** What the lines of long work say of a step. The description of the API has no type for them. */
export type Step = {
  name: string
  phase: Schemas['Phase']
  state: Schemas['StepState']
  rows?: number
  rejected?: number
  millis?: number
  note?: string
}

type Line =
  | { event: 'progress'; step: Step }
  | { event: 'done'; report: unknown }
  | { event: 'failed'; problem: { status?: number } }

type Told = (step: Step) => void

/** Reads the lines of long work until its report; what is refused on the way is thrown. */
async function readWork<T>(body: ReadableStream<Uint8Array>, told: Told): Promise<T> {
  for await (const text of linesOf(body)) {
    const line = JSON.parse(text) as Line
    if (line.event === 'progress') told(line.step)
    else if (line.event === 'done') return line.report as T
    else throw refusalOf(line.problem.status ?? 422, line.problem, null)
  }
  throw new Problem({
    status: 0,
    code: 'unreachable',
    message: 'the server stopped telling how the work goes',
    hint: 'the work itself goes on; look again in a moment',
  })
}

const LINES = { headers: { accept: 'application/x-ndjson' }, parseAs: 'stream' } as const
type Streamed = { data?: unknown; error?: unknown; response: Response }

async function work<T>(call: Promise<Streamed>, told: Told): Promise<T> {
  let answer: Streamed
  try {
    answer = await call
  } catch (error) {
    throw asProblem(error)
  }
  return readWork<T>(heldBy(answer) as ReadableStream<Uint8Array>, told)
}

type PublishAsk = { product: string; dryRun: boolean; told: Told }

export function usePublish() {
  const readAgain = useReadAgain()
  return useMutation({
    mutationFn: ({ product, dryRun, told }: PublishAsk) =>
      work<PublishReport>(api.POST('/api/v1/publications', { body: { product, dry_run: dryRun }, ...LINES }), told),
    onSuccess: (report) => (report.dry_run ? undefined : readAgain()),
  })
}

type RunAsk = { domain: string; target: string; full: boolean; told: Told }

export function useRun() {
  const readAgain = useReadAgain()
  return useMutation({
    mutationFn: ({ domain, target, full, told }: RunAsk) =>
      work<RunReport>(api.POST('/api/v1/runs', { body: { domain, full, ...(target === '' ? {} : { target }) }, ...LINES }), told),
    onSuccess: readAgain,
  })
}

export function useRollBack() {
  const readAgain = useReadAgain()
  return useMutation({
    mutationFn: (body: { product: string; to: string }) => answerOf(api.POST('/api/v1/rollbacks', { body })),
    onSuccess: readAgain,
  })
}
