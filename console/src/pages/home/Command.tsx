import { CopyButton } from '../../components/CopyButton'

export function Command({ line }: { line: string }) {
  return (
    <div className="command">
      <code>{line}</code>
      <CopyButton text={line} what={line} />
    </div>
  )
}
