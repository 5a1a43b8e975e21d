import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { productUsage, type Usage } from '../../../api/product'
import type { ProductPage } from '../../../api/types'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { ProductLink } from '../../../components/ProductLink'
import { nameParts } from '../../../lib/reference'
import { TabChoice } from '../TabChoice'
import { USUAL_WINDOW, WINDOWS } from '../search'
import type { TabProps } from '../tabs/props'
import { ColumnsRead } from './ColumnsRead'
import { DaysRead } from './DaysRead'
import { ReadBy } from './ReadBy'
import { totalWords } from './usage'

export function UsageTab({ page, name, search }: TabProps) {
  const days = search.days ?? USUAL_WINDOW
  const query = useQuery(productUsage(name, days))
  return (
    <Loaded query={query} lines={8}>
      {(usage) =>
        usage.last_read_at == null ? (
          <Unread page={page} />
        ) : (
          <>
            <section>
              <div className="row row-apart">
                <p className="usage-total" role="status">
                  {totalWords(usage, usage.days.length, new Date())}
                </p>
                <nav aria-label="Days" className="row">
                  {WINDOWS.map((window) => (
                    <TabChoice
                      key={window}
                      name={name}
                      tab="usage"
                      search={{ ...search, days: window === USUAL_WINDOW ? undefined : window }}
                      current={window === days}
                      text={`${window} days`}
                    />
                  ))}
                </nav>
              </div>
              <DaysRead usage={usage} page={page} name={name} search={search} />
            </section>
            <Told usage={usage} page={page} />
          </>
        )
      }
    </Loaded>
  )
}

function Unread({ page }: { page: ProductPage }) {
  return (
    <>
      <Empty title="Nobody has read it yet.">
        <p>
          {page.publication == null
            ? 'Nothing is published, so that there is nothing to read.'
            : 'Statements are counted here from the first one on, whatever tool they come from.'}
        </p>
        {page.access === 'yes' && page.publication != null && (
          <p>
            <Link to="/sql" search={{ product: page.reference }} className="button">
              Query it
            </Link>
          </p>
        )}
      </Empty>
      <MadeInto page={page} />
    </>
  )
}

function Told({ usage, page }: { usage: Usage; page: ProductPage }) {
  const { domain } = nameParts(page.reference)
  return (
    <>
      <div className="usage-columns">
        {usage.whole ? (
          <ReadBy readers={usage.read_by} domain={domain} ports={page.ports.length} />
        ) : (
          <section>
            <h2>Who reads it</h2>
            <p className="quiet">
              Who reads it, and which columns, is told only to those who decide on it, to people of {domain} and to auditors, so that
              nobody is watched at their work.
            </p>
          </section>
        )}
        <MadeInto page={page} />
      </div>
      {usage.whole && <ColumnsRead usage={usage} page={page} />}
    </>
  )
}

function MadeInto({ page }: { page: ProductPage }) {
  return (
    <section>
      <h2>Products made from it</h2>
      {page.made_into.length === 0 ? (
        <p className="quiet">None that is visible to you.</p>
      ) : (
        <>
          <p className="quiet">Building them is not a statement, so it is not counted here.</p>
          <ul className="plain-list">
            {page.made_into.map((reference) => (
              <li key={reference}>
                <ProductLink reference={reference} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
