import { useQuery } from '@tanstack/react-query'
import { products } from '../../api/queries'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { useTyped } from '../../lib/useTyped'
import { counted } from '../../lib/words'
import { CatalogueProduct } from './CatalogueProduct'
import { byDomain } from './catalogue'

/** The server's longest page; the search leads to what is beyond. */
export const MOST_PRODUCTS = 500

type Props = { find: string; setFind: (find: string) => void; purpose: string | undefined; insert: (text: string) => void }

/** Everything the person may find, down to the columns; a name that is pressed goes into the editor. */
export function Catalogue({ find, setFind, purpose, insert }: Props) {
  const [words, setWords] = useTyped(find, setFind)
  const query = useQuery(products({ q: find, limit: MOST_PRODUCTS }))
  return (
    <div className="sql-tree">
      <label className="visually-hidden" htmlFor="sql-find">
        Search the catalogue
      </label>
      <input
        id="sql-find"
        type="search"
        autoComplete="off"
        placeholder="Search the catalogue"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <Loaded query={query}>
        {(found) => (
          <>
            <p role="status" className="quiet small">
              {counted(found.total, 'product')}
              {found.items.length < found.total && `; the first ${found.items.length} are listed`}
            </p>
            {found.items.length === 0 && (
              <Empty title={find === '' ? 'No product is visible to you.' : `Nothing matches “${find}”.`} />
            )}
            <ul className="plain-list">
              {byDomain(found.items).map(({ domain, products: ofDomain }) => (
                <li key={domain}>
                  <details open>
                    <summary>{domain}</summary>
                    <ul className="plain-list">
                      {ofDomain.map((item) => (
                        <CatalogueProduct key={item.reference} item={item} purpose={purpose} insert={insert} />
                      ))}
                    </ul>
                  </details>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </div>
  )
}
