import { Command } from './Command'

const SET_UP: readonly [string, string][] = [
  ['tessera new mesh NAME', 'Writes a repository: the mesh’s rules, its groups, three people to walk the whole way with.'],
  ['tessera check', 'Says what is wrong with it, without a server.'],
  ['tessera apply', 'Makes it hold here.'],
]

const FIRST_PRODUCT: readonly [string, string][] = [
  ['tessera new domain DOMAIN', 'A domain: its eight lines, its groups and its service. Then apply.'],
  ['tessera new source DOMAIN.SOURCE --file YOUR.csv', 'A source of files, described from one of them. Then apply and run.'],
  ['tessera new product DOMAIN.PRODUCT --from bronze.TABLE', 'A product with its contract, filled from the table’s columns. Then apply.'],
  ['tessera publish DOMAIN.PRODUCT', 'Builds it, checks it against its contract, and makes it visible.'],
]

/** A mesh on its first day: what to type next. */
export function EmptyMesh({ setUp }: { setUp: boolean }) {
  return (
    <section>
      <h2>{setUp ? 'The first product' : 'Set the mesh up'}</h2>
      <p>
        {setUp
          ? 'No product is visible to you yet. If there is none at all, these commands make the first one.'
          : 'This mesh is empty. It is described by files in a repository; these commands write them and make them hold.'}
      </p>
      <ol className="first-steps">
        {(setUp ? FIRST_PRODUCT : SET_UP).map(([line, what]) => (
          <li key={line}>
            <Command line={line} />
            <p className="quiet">{what}</p>
          </li>
        ))}
      </ol>
      {!setUp && <p>This page changes as soon as the files are applied.</p>}
    </section>
  )
}
