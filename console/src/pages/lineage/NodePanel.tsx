import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { productPage } from '../../api/queries'
import type { ProductPage } from '../../api/types'
import { Chip } from '../../components/Chip'
import { Loaded } from '../../components/Loaded'
import { ProductLink } from '../../components/ProductLink'
import { Time } from '../../components/Time'
import { nameParts } from '../../lib/reference'
import { freshnessSign, gateSign } from '../../lib/words'
import type { Side } from './dependence'
import type { Box, Graph } from './graph'
import { Name } from './Name'
import { Neighbours } from './Neighbours'
import { refocused } from './search'
import { printable } from './text'
import { endWords } from './words'

type Props = {
  box: Box
  graph: Graph
  choose: (id: string | undefined) => void
  expand: (side: Side | 'focus') => void
}

export function NodePanel({ box, graph, choose, expand }: Props) {
  const search = useSearch({ from: '/lineage' })
  return (
    <>
      <div className="row row-apart">
        <div>
          <h2>
            <Title box={box} />
          </h2>
          {box.kind !== 'hidden' && (
            <p className="quiet small">
              <Name>{endWords(box, null)}</Name>
            </p>
          )}
        </div>
        <button type="button" className="button button-quiet" aria-label="Close" onClick={() => choose(undefined)}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {box.kind === 'hidden' && <p>Values come from something here that is not visible to you. Nothing more is said of it.</p>}
      {box.kind === 'own' && (
        <p>
          Bronze and silver tables are the domain’s own affair: nobody else reads them, and they cannot be looked at by themselves. Its
          products are what others see.
        </p>
      )}
      {box.product !== null && <ProductFacts reference={box.product} asOf={search.asof} />}
      <p className="row lineage-actions">
        {box.reference !== null && box.side !== 'focus' && (
          <Link to="/lineage" search={refocused(search, box.reference)} className="button">
            Look at this
          </Link>
        )}
        {box.side !== 'down' && (
          <button type="button" className="button" onClick={() => expand('up')}>
            Expand upstream
          </button>
        )}
        {box.side !== 'up' && (
          <button type="button" className="button" onClick={() => expand('down')}>
            Expand downstream
          </button>
        )}
      </p>
      <Neighbours title="Depends on" box={box} graph={graph} side="up" choose={choose} />
      <Neighbours title="Is used by" box={box} graph={graph} side="down" choose={choose} />
      {box.kind === 'port' && box.columns.length > 0 && <Columns box={box} />}
    </>
  )
}

function Title({ box }: { box: Box }) {
  const parts = printable(box.title).split(/(?<=[._])/u)
  return parts.flatMap((part, at) => (at === 0 ? [part] : [<wbr key={at} />, part]))
}

function ProductFacts({ reference, asOf }: { reference: string; asOf: string | undefined }) {
  const query = useQuery(productPage(nameParts(reference)))
  return (
    <Loaded query={query}>
      {(page) => (
        <>
          {page.purpose && <p>{page.purpose}</p>}
          <p className="chips">
            <Signs page={page} />
          </p>
          <dl className="facts">
            <dt>Product</dt>
            <dd>
              <ProductLink reference={page.reference} text={page.title ?? page.reference} /> {page.version}
            </dd>
            <dt>Owner</dt>
            <dd>{page.owner}</dd>
            <dt>Published</dt>
            <dd>{page.published_at ? <Time at={page.published_at} /> : 'not yet'}</dd>
            {page.publication && (
              <>
                <dt>Publication</dt>
                <dd>
                  <code>{page.publication}</code>
                </dd>
              </>
            )}
          </dl>
          {asOf !== undefined && <p className="quiet small">These facts are of now, not of the day you ask about.</p>}
        </>
      )}
    </Loaded>
  )
}

function Signs({ page }: { page: ProductPage }) {
  const signs = [freshnessSign(page.freshness), gateSign(page.quality)].filter((sign) => sign !== null)
  return signs.map((sign) => <Chip key={sign.text} sign={sign} />)
}

function Columns({ box }: { box: Box }) {
  const search = useSearch({ from: '/lineage' })
  return (
    <section>
      <h3>Look at a column</h3>
      <ul className="plain-list">
        {[...box.columns, ...box.folded].map((column) => (
          <li key={column}>
            <Link to="/lineage" search={refocused(search, `${box.id}.${column}`)}>
              <Name>{column}</Name>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
