import { CodeLine } from '../../../components/CodeLine'

/** Lines for a terminal or a pipeline, to copy. */
export function Commands({ label, lines }: { label: string; lines: readonly string[] }) {
  return <CodeLine label={label} text={lines.join('\n')} what={label.toLowerCase()} />
}

/** What a pipeline runs on a proposal and on the main branch. */
export function pipelineLines(scope: string): string[] {
  return [
    `export TESSERA_URL=${window.location.origin}`,
    `export TESSERA_TOKEN=...        # a secret of the pipeline: tessera token create NAME --scope ${scope}`,
    'tessera check                   # on every proposal',
    'tessera plan',
    'tessera apply                   # on the main branch',
  ]
}

/** What takes files that were downloaded as an archive all the way to their readers. */
export function publishLines(archive: string, reference: string): string[] {
  return [`tar -xf ${archive}.tar    # at the top of the repository`, 'tessera check', 'tessera plan', 'tessera apply', ...tryLines(reference)]
}

export function tryLines(reference: string): string[] {
  return [`tessera publish ${reference} --dry-run --rules`, `tessera publish ${reference}`]
}
