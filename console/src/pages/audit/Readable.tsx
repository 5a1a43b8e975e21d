import type { WhatCan } from '../../api/audit'
import { ProductLink } from '../../components/ProductLink'
import { Reads } from '../../components/Reads'
import { nameOf } from '../../lib/words'

/** Products that somebody reads, and what of them. */
export function Readable({ answer }: { answer: WhatCan }) {
  return (
    <>
      {!answer.all && (
        <p className="notice notice-warn">
          You are told only of products you answer for. Auditors are told of everything that {nameOf(answer.principal)} reads.
        </p>
      )}
      {answer.products.length === 0 && <p>{answer.all ? 'They read nothing.' : 'None of those.'}</p>}
      <div className="readers">
        {answer.products.map((item) => (
          <article key={item.product} className="card">
            <h3>
              <ProductLink reference={item.product} />
            </h3>
            <Reads under={item.under} />
          </article>
        ))}
      </div>
    </>
  )
}
