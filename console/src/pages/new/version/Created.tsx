import { Link } from '@tanstack/react-router'
import type { Files } from '../../../api/plan'
import { nameParts } from '../../../lib/reference'
import { Commands, tryLines } from '../finish/Commands'
import { Made } from '../finish/Made'
import { TakeFiles } from '../finish/TakeFiles'
import type { VersionDraft } from './draft'
import { versionOf } from './text'

type Props = { draft: VersionDraft; files: Files; restart: () => void }

/** The version is applied; readers get it once it is published. */
export function Created({ draft, files, restart }: Props) {
  const { product } = draft
  return (
    <Made
      outcome={draft.made}
      what={
        <>
          Version <strong>{versionOf(draft.text)}</strong> of <strong>{product}</strong> is applied
        </>
      }
      besides="What is served stays as it is until you publish."
      again="Create another version"
      restart={restart}
    >
      <li>
        <strong>Commit the contract now.</strong> The folder you chose has the earlier one: an apply of it would take the change
        back.
        <TakeFiles files={files} name={product} />
      </li>
      <li>
        <strong>Try it, then publish it.</strong>
        <Commands label="Commands to publish" lines={tryLines(product)} />
      </li>
      <li>
        <Link to="/p/$domain/$product/contract/diff" params={nameParts(product)} search={{ from: 'current', to: 'declared' }}>
          See what it changes and who would feel it
        </Link>
      </li>
    </Made>
  )
}
