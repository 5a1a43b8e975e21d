import { memo, useMemo, useState } from 'react'
import { counted } from '../../lib/words'
import { firstOf, folded, inOneColumn, type SideLine, type SideRow } from './sides'

type Props = { rows: readonly SideRow[]; narrow: boolean; from: string; to: string }

/** More than a window shows, and few enough to be there at once. */
const AT_ONCE = 300

const WIDE = ['sides-number', 'sides-sign', 'sides-rest', 'sides-number', 'sides-sign', 'sides-rest']
const NARROW = ['sides-number', 'sides-number', 'sides-sign', 'sides-rest']

/** Two texts as a table. What stayed is folded until it is asked for; of a long one the rest is a button away. */
export function SideTable({ rows, narrow, from, to }: Props) {
  const stretches = useMemo(() => {
    const all = folded(rows)
    return narrow ? all.map((stretch) => ({ ...stretch, rows: inOneColumn(stretch.rows) })) : all
  }, [rows, narrow])
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const [most, setMost] = useState(AT_ONCE)
  const { shown, rest } = firstOf(stretches, open, most)
  return (
    <>
      <div className="sides" tabIndex={0} role="region" aria-label="Contract texts">
        <table className={narrow ? 'sides-one' : 'sides-two'}>
          <colgroup>
            {(narrow ? NARROW : WIDE).map((name, at) => (
              <col key={at} className={name} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {narrow ? (
                <th scope="col" colSpan={4}>
                  {from} and {to}
                </th>
              ) : (
                [from, to].map((version, at) => (
                  <th key={at} scope="col" colSpan={3}>
                    {version}
                  </th>
                ))
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((stretch) =>
              'rows' in stretch ? (
                stretch.rows.map((row) => (
                  <Row key={`${row.left?.number ?? ''} ${row.right?.number ?? ''}`} row={row} narrow={narrow} />
                ))
              ) : (
                <Fold
                  key={`fold ${stretch.at}`}
                  count={stretch.folded}
                  wide={narrow ? 4 : 6}
                  unfold={() => setOpen(new Set(open).add(stretch.at))}
                />
              ),
            )}
          </tbody>
        </table>
      </div>
      {rest > 0 && (
        <button type="button" className="button" onClick={() => setMost(most + AT_ONCE)}>
          Show {counted(Math.min(AT_ONCE, rest), 'more line')} of {rest.toLocaleString('en')}
        </button>
      )}
    </>
  )
}

function Fold({ count, wide, unfold }: { count: number; wide: number; unfold: () => void }) {
  return (
    <tr className="sides-fold">
      <td colSpan={wide}>
        <button type="button" onClick={unfold}>
          Show {counted(count, 'unchanged line')}
        </button>
      </td>
    </tr>
  )
}

const Row = memo(function Row({ row, narrow }: { row: SideRow; narrow: boolean }) {
  const changed = row.kind === 'changed'
  if (!narrow) {
    return (
      <tr>
        <Side line={row.left} kind={changed ? 'gone' : 'same'} />
        <Side line={row.right} kind={changed ? 'new' : 'same'} />
      </tr>
    )
  }
  const kind = changed ? (row.left ? 'gone' : 'new') : 'same'
  return (
    <tr>
      <td className="sides-number">{row.left?.number}</td>
      <td className="sides-number">{row.right?.number}</td>
      <Text kind={kind} text={(row.left ?? row.right)?.text ?? ''} />
    </tr>
  )
})

type Kind = 'same' | 'gone' | 'new'

function Side({ line, kind }: { line: SideLine | undefined; kind: Kind }) {
  if (line === undefined) {
    return (
      <>
        <td className="sides-number sides-none" />
        <td className="sides-none" colSpan={2} />
      </>
    )
  }
  return (
    <>
      <td className="sides-number">{line.number}</td>
      <Text kind={kind} text={line.text} />
    </>
  )
}

const SIGNS = { same: '', gone: '−', new: '+' } as const
const SAID = { same: '', gone: 'gone: ', new: 'new: ' } as const

function Text({ kind, text }: { kind: Kind; text: string }) {
  return (
    <>
      <td className={`sides-sign diff-${kind}`} aria-hidden="true">
        {SIGNS[kind]}
      </td>
      <td className={`sides-text diff-${kind}`}>
        {kind !== 'same' && <span className="visually-hidden">{SAID[kind]}</span>}
        <code>{text}</code>
      </td>
    </>
  )
}
