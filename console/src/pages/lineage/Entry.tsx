import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { products } from '../../api/queries'
import { Empty } from '../../components/Empty'
import { Field } from '../../components/Field'
import { Loaded } from '../../components/Loaded'
import { useTyped } from '../../lib/useTyped'
import { counted } from '../../lib/words'

const SUGGESTIONS = 12

/** Without anything to look at: a product is looked for and picked. */
export function Entry() {
  const { q = '' } = useSearch({ from: '/lineage' })
  const navigate = useNavigate({ from: '/lineage' })
  const [words, setWords] = useTyped(q, (wanted) =>
    void navigate({ search: (before) => ({ ...before, q: wanted === '' ? undefined : wanted }), replace: true }),
  )
  const query = useQuery(products({ q, limit: SUGGESTIONS }))

  return (
    <section className="lineage-entry" aria-label="Choose a product">
      <Field label="Product" help="A name, a column or a word of the description. Then choose a port or a column of it.">
        {(wiring) => (
          <input {...wiring} type="search" autoComplete="off" value={words} onChange={(event) => setWords(event.target.value)} />
        )}
      </Field>
      <Loaded query={query}>
        {(found) => (
          <>
            <p role="status" className="quiet small lineage-count">
              {found.total > found.items.length
                ? `The first ${found.items.length} of ${counted(found.total, 'product')}`
                : counted(found.total, 'product')}
            </p>
            {found.items.length === 0 ? (
              <Empty title="No product that is visible to you matches." />
            ) : (
              <ul className="plain-list lineage-suggestions">
                {found.items.map(({ reference, title, owner }) => (
                  <li key={reference}>
                    <Link to="/lineage" search={{ focus: reference }}>
                      <strong>{title ?? reference}</strong>
                      <span className="quiet small block">
                        <code>{reference}</code> · {owner}
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}
