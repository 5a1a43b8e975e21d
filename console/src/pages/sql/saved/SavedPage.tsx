import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { savedQueries, type QueryItem } from '../../../api/desk'
import { Empty } from '../../../components/Empty'
import { Loaded } from '../../../components/Loaded'
import { Page } from '../../../components/Page'
import { Paging } from '../../../components/Paging'
import { useTyped } from '../../../lib/useTyped'
import { counted } from '../../../lib/words'
import '../../../styles/saved.css'
import { DeleteDialog } from './DeleteDialog'
import { EditDialog } from './EditDialog'
import { SavedTable } from './SavedTable'
import { lookedFor } from './saved'
import { WHOSE, type SavedSearch, type Whose } from './search'

const WORDS: Record<Whose, string> = { mine: 'Mine', shared: 'Shared with me' }

/** Queries that a person keeps, and those that others share with them. */
export function SavedPage() {
  const search = useSearch({ from: '/sql/saved' })
  const query = useQuery(savedQueries(search.cursor))
  return (
    <Page
      title="Saved queries"
      lead={
        <p>
          <Link to="/sql">Back to the workbench</Link>
        </p>
      }
    >
      <Loaded query={query} lines={6}>
        {({ items, next }) =>
          items.length === 0 && search.cursor === undefined ? (
            <Empty title="No query is saved for you yet.">
              <p>
                Write one in the <Link to="/sql">workbench</Link> and press Save. What others share with you or your groups is listed
                here as well.
              </p>
            </Empty>
          ) : (
            <>
              <Found items={items} search={search} more={next != null || search.cursor !== undefined} />
              <Paging label="Pages of saved queries" cursor={search.cursor} next={next} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

type Asked = { item: QueryItem; what: 'edit' | 'delete' }

function Found({ items, search, more }: { items: readonly QueryItem[]; search: SavedSearch; more: boolean }) {
  const navigate = useNavigate({ from: '/sql/saved' })
  const [asked, setAsked] = useState<Asked | null>(null)
  const set = (find: string) => void navigate({ search: (before) => ({ ...before, find: find === '' ? undefined : find }), replace: true })
  const [words, setWords] = useTyped(search.find ?? '', set)
  const shown = lookedFor(items, search)
  const close = () => setAsked(null)
  const box = useRef<HTMLInputElement>(null)
  return (
    <>
      <div className="row row-apart">
        <div className="row">
          <label className="visually-hidden" htmlFor="saved-find">
            Search saved queries
          </label>
          <input
            ref={box}
            id="saved-find"
            className="saved-find"
            type="search"
            autoComplete="off"
            placeholder="Name, owner or purpose"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          <nav aria-label="Whose" className="row">
            {[undefined, ...WHOSE].map((whose) => (
              <Link
                key={whose ?? 'all'}
                to="/sql/saved"
                search={{ ...search, whose }}
                replace
                className="choice"
                aria-current={whose === search.whose ? 'true' : undefined}
                activeOptions={{ exact: true, explicitUndefined: true }}
              >
                {whose === undefined ? 'All' : WORDS[whose]}
              </Link>
            ))}
          </nav>
        </div>
        <p role="status" className="quiet">
          {counted(shown.length, 'query', 'queries')}
          {more && ' on this page'}
        </p>
      </div>
      {shown.length === 0 ? (
        <Empty title={search.find === undefined ? NONE[search.whose ?? 'mine'] : `No saved query matches “${search.find}”.`}>
          <p>
            <Link to="/sql/saved" search={{}}>
              Show all saved queries
            </Link>
          </p>
        </Empty>
      ) : (
        <SavedTable items={shown} ask={(item, what) => setAsked({ item, what })} />
      )}
      {asked?.what === 'edit' && <EditDialog item={asked.item} close={close} />}
      {asked?.what === 'delete' && <DeleteDialog item={asked.item} close={close} deleted={() => box.current?.focus()} />}
    </>
  )
}

const NONE: Record<Whose, string> = {
  mine: 'You have saved no query yet.',
  shared: 'Nobody shares a query with you.',
}
