import { useMutation } from '@tanstack/react-query'
import { linesOf } from '../lib/lines'
import { answerOf, api } from './client'
import { Problem, asProblem } from './problem'
import { useReadAgain } from './readAgain'
import { heldBy, refusalOf } from './refusal'

/** What the server reports of long work. */
export type Step = {
  name: string
  phase: string
  state: string
  rows?: number
  rejected?: number
  millis?: number
  note?: string
}
type StepReport = Omit<Step, 'note'> & { notes?: string[]; problem?: { message?: string; hint?: string } }
type RunReport = { run: string; domain: string; millis: number; steps: StepReport[] }
export type RuleResult = {
  port: string
  column?: string
  rule: string
  metric: string
  outcome: string
  severity: string
  expected: string
  found?: string
  example?: string
}
export type Advice = { standard: string; message: string; paste?: string }
export type PublishReport = {
  product: string
  version: string
  publication?: string
  dry_run: boolean
  gate: { rules: RuleResult[] }
  advice?: Advice[]
  ports: Record<string, { rows: number; bytes: number; files: number }>
  steps?: StepReport[]
  millis: number
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
