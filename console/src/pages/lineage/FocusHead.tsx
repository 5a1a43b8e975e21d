import { Link, useNavigate } from '@tanstack/react-router'
import type { ProductPage } from '../../api/types'
import { ProductLink } from '../../components/ProductLink'
import { focusText, type Focus } from './place'
import { refocused } from './search'

/** Which product is looked at, and which port and column of it. */
export function FocusHead({ page, focus }: { page: ProductPage; focus: Focus }) {
  const navigate = useNavigate({ from: '/lineage' })
  const look = (port: string | null, column: string | null) =>
    void navigate({ search: (before) => refocused(before, focusText({ product: focus.product, port, column })) })
  const port = page.port_details.find(({ name }) => name === focus.port)
  return (
    <div className="row row-apart lineage-head">
      <p>
        <ProductLink reference={page.reference} text={page.title ?? page.reference} />
        <span className="quiet">
          {' '}
          · owner {page.owner} ·{' '}
          <Link to="/lineage" search={{}}>
            Choose another product
          </Link>
        </span>
      </p>
      <div className="row">
        <label className="inline-field">
          Port{' '}
          <select value={focus.port ?? ''} onChange={(event) => look(event.target.value || null, null)}>
            <option value="">All</option>
            {page.port_details.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label className="inline-field">
          Column{' '}
          <select
            value={focus.column ?? ''}
            disabled={port === undefined}
            onChange={(event) => look(focus.port, event.target.value || null)}
          >
            <option value="">{port === undefined ? 'Choose a port first' : 'All'}</option>
            {port?.columns.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
    </div>
  )
}
