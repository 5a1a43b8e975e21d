import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { lineageSide } from '../../../api/lineage'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { Table } from '../../../components/Table'
import { useFirst } from '../../../components/useFirst'
import { howWord } from '../../../lib/words'
import { dependences, type Dependence } from './lineage'
import type { TabProps } from './props'

const DEPTHS = [1, 2, 3] as const
const FIRST_LINES = 100

export function LineageTab({ page, search }: TabProps) {
  const navigate = useNavigate({ from: '/p/$domain/$product/$tab' })
  const depth = search.depth ?? 1
  const up = useQuery(lineageSide({ of: page.reference, side: 'up', steps: depth }))
  const down = useQuery(lineageSide({ of: page.reference, side: 'down', steps: depth }))
  return (
    <>
      <div className="row row-apart">
        <p className="quiet">From what really ran. Products that are not visible to you are not named.</p>
        <label className="inline-field">
          Products to follow{' '}
          <select
            value={depth}
            onChange={(event) =>
              void navigate({ search: (before) => ({ ...before, depth: Number(event.target.value) }), replace: true })
            }
          >
            {DEPTHS.map((step) => (
              <option key={step}>{step}</option>
            ))}
          </select>
        </label>
      </div>
      <p className="row row-apart">
        <Link to="/lineage" search={{ focus: page.reference }} className="button">
          Open in the lineage explorer
        </Link>
      </p>
      <section>
        <h2>Upstream: what this product depends on</h2>
        <Loaded query={up}>{({ edges }) => <Lines label="Upstream" lines={dependences(edges)} />}</Loaded>
      </section>
      <section>
        <h2>Downstream: what depends on this product</h2>
        <Loaded query={down}>{({ edges }) => <Lines label="Downstream" lines={dependences(edges)} />}</Loaded>
      </section>
    </>
  )
}

function Lines({ label, lines }: { label: string; lines: readonly Dependence[] }) {
  const { shown, showAll } = useFirst(lines, FIRST_LINES, 'line')
  if (lines.length === 0) return <Empty title="Nothing that is visible to you." />
  return (
    <>
      <Table label={label} head={['From', 'To', 'How']}>
        {shown.map(({ from, to, how }) => (
          <tr key={`${from} ${to} ${how}`}>
            <td>{from === '(not visible)' ? <span className="quiet">not visible to you</span> : <code>{from}</code>}</td>
            <td>
              <code>{to}</code>
            </td>
            <td className="no-break">{howWord(how)}</td>
          </tr>
        ))}
      </Table>
      {showAll}
    </>
  )
}
