import { Link } from '@tanstack/react-router'
import type { Files } from '../../../api/plan'
import { Commands, pipelineLines, tryLines } from '../finish/Commands'
import { Made } from '../finish/Made'
import { TakeFiles } from '../finish/TakeFiles'
import type { ProductDraft } from './draft'

type Props = { draft: ProductDraft; files: Files; restart: () => void }

/** The product is declared and not published: readers see it once its first rows have passed the gate. */
export function Created({ draft, files, restart }: Props) {
  const { domain, product } = draft
  const reference = `${domain}.${product}`
  return (
    <Made
      outcome={draft.made}
      what={
        <>
          The product <strong>{reference}</strong> is declared
        </>
      }
      besides={`Nobody but ${domain} sees it before it is published.`}
      again="Create another product"
      restart={restart}
    >
      <li>
        <strong>Commit the files now.</strong> The folder you chose does not have them: an apply without them asks to retire the
        product.
        <TakeFiles files={files} name={product} />
      </li>
      <li>
        <strong>Try it, then publish it.</strong> The trial says which rules would break and publishes nothing.
        <Commands label="Commands to publish" lines={tryLines(reference)} />
      </li>
      <li>
        <strong>Let a pipeline do it</strong> from now on.
        <Commands label="Commands of the pipeline" lines={pipelineLines(`apply:${domain}`)} />
      </li>
      <li>
        <Link to="/p/$domain/$product/$tab" params={{ domain, product, tab: 'overview' }}>
          Look at the product’s page
        </Link>
      </li>
    </Made>
  )
}
