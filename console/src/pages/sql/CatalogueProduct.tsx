import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { productPage } from '../../api/queries'
import type { FoundItem, PortPage } from '../../api/types'
import { Loaded } from '../../components/Loaded'
import { ProductLink } from '../../components/ProductLink'
import { nameParts } from '../../lib/reference'
import { isMasked, seenWords } from './catalogue'
import { tableName, written } from './text/names'

type Props = { item: FoundItem; purpose: string | undefined; insert: (text: string) => void }

/** A product of the catalogue; its columns are asked for once it is opened. */
export function CatalogueProduct({ item, purpose, insert }: Props) {
  const [open, setOpen] = useState(false)
  const name = nameParts(item.reference)
  const query = useQuery({ ...productPage(name, purpose), enabled: open })
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {name.product}
          {item.access !== 'yes' && <span className="quiet small"> no access</span>}
        </summary>
        {open && (
          <Loaded query={query}>
            {(page) => (
              <>
                <p className="small">
                  <ProductLink reference={item.reference} text={item.access === 'yes' ? 'About it' : 'About it, and how to get access'} />
                </p>
                {page.port_details.map((port) => (
                  <Port key={port.name} product={item.reference} port={port} insert={insert} />
                ))}
              </>
            )}
          </Loaded>
        )}
      </details>
    </li>
  )
}

function Port({ product, port, insert }: { product: string; port: PortPage; insert: (text: string) => void }) {
  const table = tableName(product, port.name)
  return (
    <>
      <button type="button" className="sql-name sql-name-table" onClick={() => insert(table)} aria-label={`Insert ${table}`}>
        {port.name}
      </button>
      <ul className="plain-list" aria-label={`Columns of ${port.name}`}>
        {port.columns.map(({ name, type, treatment }) => {
          const seen = seenWords(treatment)
          return (
            <li key={name} data-treated={isMasked(treatment)}>
              <button type="button" className="sql-name" onClick={() => insert(written(name))} title={`Insert ${name}`}>
                <span className="sql-name-text">{name}</span> <span className="quiet">{type}</span>
                {seen !== null && <span className="small block">{seen}</span>}
              </button>
            </li>
          )
        })}
      </ul>
    </>
  )
}
