import type { Line } from '../lib/connect'
import { CodeLine } from './CodeLine'

export function ConnectLines({ lines }: { lines: readonly Line[] }) {
  return lines.map(({ tool, line }) => (
    <CodeLine key={tool} label={`Line for ${tool}`} text={line} what={`the line for ${tool}`}>
      <h3>{tool}</h3>
    </CodeLine>
  ))
}
