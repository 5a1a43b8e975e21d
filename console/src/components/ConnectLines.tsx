import type { Line } from '../lib/connect'
import { CopyButton } from './CopyButton'

export function ConnectLines({ lines }: { lines: readonly Line[] }) {
  return lines.map(({ tool, line }) => (
    <div key={tool} className="code-line">
      <h3>{tool}</h3>
      <pre tabIndex={0} role="region" aria-label={`Line for ${tool}`}>
        <code>{line}</code>
      </pre>
      <CopyButton text={line} what={`the line for ${tool}`} />
    </div>
  ))
}
