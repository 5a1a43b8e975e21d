import type { Side } from './dependence'
import type { Box, Graph, Pair } from './graph'
import { Name } from './Name'
import { neighbours } from './ties'
import { endWords, howWords, placeWords } from './words'

const SHOWN_PAIRS = 30

type Props = { title: string; box: Box; graph: Graph; side: Side; choose: (id: string) => void }

/** The boxes that a box is tied to, each with why the link is here: which columns, and what became of them. */
export function Neighbours({ title, box, graph, side, choose }: Props) {
  const found = neighbours(graph, box.id, side)
  if (found.length === 0) return null
  return (
    <section>
      <h3>
        {title} ({found.length})
      </h3>
      <ul className="plain-list lines">
        {found.map(({ other, hows, pairs }) => (
          <li key={other.id}>
            <button type="button" className="lineage-neighbour" onClick={() => choose(other.id)}>
              {other.kind === 'hidden' ? 'Restricted' : <Name>{endWords(other, null)}</Name>}
            </button>
            <span className="quiet small block">{howWords(hows)}</span>
            <Why pairs={pairs} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Why({ pairs }: { pairs: readonly Pair[] }) {
  return (
    <details className="small">
      <summary>Why this link is here</summary>
      <p className="quiet">What ran read these columns:</p>
      <ul className="plain-list">
        {pairs.slice(0, SHOWN_PAIRS).map(({ from, to, how }) => (
          <li key={`${placeWords(from)} ${placeWords(to)} ${how}`}>
            <Name>{placeWords(from)}</Name> <span aria-hidden="true">→</span> <span className="visually-hidden">to</span>{' '}
            <Name>{placeWords(to)}</Name> <span className="quiet">{howWords([how])}</span>
          </li>
        ))}
      </ul>
      {pairs.length > SHOWN_PAIRS && <p className="quiet">and {pairs.length - SHOWN_PAIRS} more, all in the table of columns</p>}
    </details>
  )
}
