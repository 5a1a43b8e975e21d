import { Link } from '@tanstack/react-router'
import { Empty } from '../../components/Empty'
import { isMember } from '../../lib/roles'
import type { DomainTabProps } from './DomainRoute'
import { TableDetail } from './TableDetail'
import { tableParts } from './search'

const ZONES = [
  { name: 'bronze', title: 'Source tables', what: 'Rows as they came in.' },
  { name: 'silver', title: 'Tables built of them', what: 'Validated, without duplicates.' },
] as const

export function TablesTab({ page, search, who }: DomainTabProps) {
  if (!isMember(who, page.domain)) {
    return (
      <Empty title={`Sources and tables of ${page.domain} are for the people who work there.`}>
        <p>Others read its products. {page.owner} says who works in the domain.</p>
      </Empty>
    )
  }
  const open = search.table === undefined ? null : tableParts(search.table)
  return (
    <div className="tables">
      <nav aria-label="Tables">
        {ZONES.map(({ name, title, what }) => (
          <section key={name}>
            <h2>{title}</h2>
            <p className="quiet small">{what}</p>
            <ul className="table-list">
              {(page[name] ?? []).map((table) => (
                <li key={table}>
                  <Link
                    to="."
                    search={{ table }}
                    aria-current={table === search.table ? 'page' : undefined}
                  >
                    <code>{table}</code>
                  </Link>
                </li>
              ))}
            </ul>
            {(page[name] ?? []).length === 0 && <p className="quiet">None yet.</p>}
          </section>
        ))}
      </nav>
      {open ? (
        <TableDetail domain={page.domain} {...open} />
      ) : (
        <Empty title="Choose a table to see its columns and what was set aside." />
      )}
    </div>
  )
}
