import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { productActivity, type ProductEvent } from '../../../api/product'
import { productVersions, type ProductName } from '../../../api/queries'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { TabChoice } from '../TabChoice'
import { MATTERS, type Matter, type ProductSearch } from '../search'
import type { TabProps } from '../tabs/props'
import { EventLine } from './EventLine'
import { byDay, dayWords } from './days'

const NAMES: Record<Matter, string> = {
  publication: 'Publications',
  access: 'Access',
  declaration: 'Declarations',
  classes: 'Classes',
}

/** One stream of what happened; the server leaves out what does not concern the person. */
export function ActivityTab({ name, search }: TabProps) {
  const query = useInfiniteQuery(productActivity(name, search.about))
  return (
    <>
      <div className="row row-apart">
        <p className="quiet">What happened to it, newest first, as far as it concerns you. Times are UTC.</p>
        <Filters name={name} search={search} />
      </div>
      <Loaded query={query} lines={8}>
        {({ pages }) => {
          const events = pages.flatMap(({ items }) => items)
          return (
            <>
              {events.length === 0 ? <Nothing about={search.about} domain={name.domain} /> : <Days name={name} events={events} />}
              {query.hasNextPage && (
                <button
                  type="button"
                  className="button"
                  disabled={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {query.isFetchingNextPage ? 'Reading' : 'Show older'}
                </button>
              )}
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function Filters({ name, search }: { name: ProductName; search: ProductSearch }) {
  const choices = [undefined, ...MATTERS]
  return (
    <nav aria-label="Activity about" className="row">
      {choices.map((about) => (
        <TabChoice
          key={about ?? 'all'}
          name={name}
          tab="activity"
          search={{ ...search, about }}
          current={about === search.about}
          text={about === undefined ? 'Everything' : NAMES[about]}
        />
      ))}
    </nav>
  )
}

function Nothing({ about, domain }: { about: Matter | undefined; domain: string }) {
  if (about === 'declaration' || about === 'classes') {
    return (
      <Empty title={`No ${NAMES[about].toLowerCase()} that you are told of.`}>
        <p>These are told to those who decide on the product, to people of {domain} and to auditors.</p>
      </Empty>
    )
  }
  if (about === 'access') {
    return (
      <Empty title="No request and no access that concerns you.">
        <p>Your own are listed here, and everybody’s for those who decide on the product.</p>
      </Empty>
    )
  }
  return <Empty title={about === undefined ? 'Nothing has happened that concerns you.' : 'Nothing is published yet.'} />
}

function Days({ name, events }: { name: ProductName; events: readonly ProductEvent[] }) {
  const versions = useQuery(productVersions(name))
  const now = new Date()
  return byDay(events).map(({ day, items }) => (
    <section key={day} className="activity-day">
      <h2>{dayWords(day, now)}</h2>
      <ol className="activity">
        {items.map((event) => (
          <EventLine key={event.seq} event={event} name={name} versions={versions.data?.items ?? []} />
        ))}
      </ol>
    </section>
  ))
}
