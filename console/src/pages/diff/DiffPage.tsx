import '../../styles/change.css'
import '../../styles/sides.css'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { productVersions, whoAmI, productPage, type ProductName } from '../../api/queries'
import type { PublicationItem } from '../../api/types'
import { asProblem } from '../../api/problem'
import { CodeLine } from '../../components/CodeLine'
import { Empty } from '../../components/Empty'
import { Loaded } from '../../components/Loaded'
import { Page } from '../../components/Page'
import { isMember } from '../../lib/roles'
import { NotFound } from '../NotFound'
import { Changes } from './Changes'
import { SideBySide } from './SideBySide'
import { VersionPickers } from './VersionPickers'
import type { DiffSearch } from './search'
import { choicesOf, defaultPair } from './versions'

export function DiffPage() {
  const name = useParams({ from: '/p/$domain/$product/contract/diff' })
  const page = useQuery(productPage(name))
  const versions = useQuery(productVersions(name))
  const who = useQuery(whoAmI())

  if (page.isError && asProblem(page.error).status === 404) return <NotFound />
  const title = `Contract of ${page.data?.title ?? `${name.domain}.${name.product}`}: what changed`
  const lead = (
    <p className="quiet">
      <Link to="/p/$domain/$product/$tab" params={{ ...name, tab: 'contract' }}>
        Back to the contract
      </Link>{' '}
      · <code>{`${name.domain}.${name.product}`}</code>
    </p>
  )
  return (
    <Page title={title} lead={lead}>
      <Loaded query={versions} lines={8}>
        {({ items }) => (
          <Loaded query={who}>{(me) => <Compared items={items} isMember={isMember(me, name.domain)} />}</Loaded>
        )}
      </Loaded>
    </Page>
  )
}

function Compared({ items, isMember: member }: { items: readonly PublicationItem[]; isMember: boolean }) {
  const name = useParams({ from: '/p/$domain/$product/contract/diff' })
  const search = useSearch({ from: '/p/$domain/$product/contract/diff' })
  const usual = defaultPair(items, member)
  const from = search.from ?? usual?.from
  const to = search.to ?? usual?.to
  if (from === undefined || to === undefined) return <NothingToCompare only={items[0]} />
  const command = `tessera diff ${name.domain}.${name.product} ${from} ${to}`
  return (
    <>
      <div className="row row-apart">
        <VersionPickers choices={choicesOf(items, member)} from={from} to={to} />
        <Views name={name} search={search} />
      </div>
      {search.view === 'text' ? <SideBySide name={name} from={from} to={to} /> : <Changes name={name} from={from} to={to} />}
      <section>
        <h2>The same on the command line</h2>
        <CodeLine label="Command" text={command} what="the command" />
      </section>
    </>
  )
}

function Views({ name, search }: { name: ProductName; search: DiffSearch }) {
  const views = [
    ['Changes', undefined],
    ['Side by side', 'text'],
  ] as const
  return (
    <nav aria-label="Shown as" className="row">
      {views.map(([text, view]) => (
        <Link
          key={text}
          to="/p/$domain/$product/contract/diff"
          params={name}
          search={{ ...search, view }}
          className="choice"
          aria-current={search.view === view ? 'true' : undefined}
          activeOptions={{ exact: true, explicitUndefined: true }}
          resetScroll={false}
          replace
        >
          {text}
        </Link>
      ))}
    </nav>
  )
}

function NothingToCompare({ only }: { only: PublicationItem | undefined }) {
  if (only === undefined) {
    return (
      <Empty title="No version is published yet.">
        <p>Two published versions are compared here, with what the change means for readers.</p>
      </Empty>
    )
  }
  return (
    <Empty title={`${only.version} is the only version there is.`}>
      <p>
        Once its owners publish another, what changed stands here: breaking, additive or documentation, each with the reason,
        and who would feel it.
      </p>
    </Empty>
  )
}
