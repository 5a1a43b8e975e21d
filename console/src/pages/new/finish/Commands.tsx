import { CopyButton } from '../../../components/CopyButton'

/** Lines for a terminal or a pipeline, to copy. */
export function Commands({ label, lines }: { label: string; lines: readonly string[] }) {
  const text = lines.join('\n')
  return (
    <div className="code-line">
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} what={label.toLowerCase()} />
    </div>
  )
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
