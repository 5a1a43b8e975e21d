import { linesBetween, type Line } from './text'

const SYMBOLS = { same: ' ', gone: '−', new: '+', skipped: '…' } as const
const SAID = { same: '', gone: 'gone: ', new: 'new: ', skipped: 'unchanged lines' } as const

/** What differs between what is served and what is written; signs say it as well as colours. */
export function TextDiff({ before, after }: { before: string; after: string }) {
  const lines = linesBetween(before, after)
  const changed = lines.some(({ kind }) => kind === 'gone' || kind === 'new')
  return (
    <section className="wizard-files" aria-label="What you changed">
      <h2>What you changed</h2>
      {changed ? (
        <div className="text-diff" tabIndex={0} role="region" aria-label="Changed lines">
          {lines.map((line, at) => (
            <DiffLine key={at} line={line} />
          ))}
        </div>
      ) : (
        <p className="quiet">Nothing yet.</p>
      )}
    </section>
  )
}

function DiffLine({ line }: { line: Line }) {
  return (
    <div className={`diff-line diff-${line.kind}`}>
      <span aria-hidden="true">{SYMBOLS[line.kind]}</span>
      <span className="visually-hidden">{SAID[line.kind]}</span>
      <code>{line.text}</code>
    </div>
  )
}
