import { Link } from '@tanstack/react-router'
import type { Files } from '../../../api/plan'
import { Commands, pipelineLines, tryLines } from '../finish/Commands'
import { TakeFiles } from '../finish/TakeFiles'
import { spanWords } from '../useDraft'
import type { ProductDraft } from './draft'

type Props = { draft: ProductDraft; files: Files; restart: () => void }

/** The product is declared and not published: readers see it once its first rows have passed the gate. */
export function Created({ draft, files, restart }: Props) {
  const { domain, product } = draft
  const reference = `${domain}.${product}`
  return (
    <div className="wizard-made">
      <p className="notice notice-good" role="status">
        The product <strong>{reference}</strong> is declared since record {draft.made.seq}. It took{' '}
        {spanWords(draft.made.seconds)} from the first word. Nobody but {domain} sees it before it is published.
      </p>
      <section>
        <h2>What comes next</h2>
        <ol className="next">
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
        </ol>
      </section>
      <p>
        <button type="button" className="button" onClick={restart}>
          Create another product
        </button>
      </p>
    </div>
  )
}
