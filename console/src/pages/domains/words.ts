import type { Sign } from '../../lib/words'

export function domainSign(status: string): Sign {
  if (status === 'ready') return { text: 'Ready', tone: 'good' }
  if (status === 'onboarding') return { text: 'Storage is being made', tone: 'warn' }
  return { text: status, tone: 'plain' }
}

export function stepSign(state: string): Sign {
  switch (state) {
    case 'finished':
      return { text: 'Done', tone: 'good' }
    case 'unchanged':
      return { text: 'Unchanged', tone: 'plain' }
    case 'skipped':
      return { text: 'Not tried', tone: 'warn' }
    case 'failed':
      return { text: 'Failed', tone: 'bad' }
    default:
      return { text: 'Running', tone: 'warn' }
  }
}

const PHASES: Record<string, string> = {
  ingest: 'Take in',
  build: 'Build',
  manifest: 'Fix the files',
  gate: 'Check the promises',
  publish: 'Publish',
}

export function phaseWords(phase: string): string {
  return PHASES[phase] ?? phase
}
