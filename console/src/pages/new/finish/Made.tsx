import type { ReactNode } from 'react'
import { tookWords, type Outcome } from '../useDraft'

type Props = {
  outcome: Outcome
  /** `The domain claims exists`. */
  what: ReactNode
  /** What else is to be known of it. */
  besides?: string
  facts?: ReactNode
  /** `Create another domain`. */
  again: string
  restart: () => void
  /** What comes next, an item each. */
  children: ReactNode
}

/** What there is now, and what those who made it do next. */
export function Made({ outcome, what, besides, facts, again, restart, children }: Props) {
  return (
    <div className="wizard-made">
      <p className="notice notice-good" role="status">
        {what} since record {outcome.seq}. It took {tookWords(outcome.seconds)} from the first word.
        {besides !== undefined && ` ${besides}`}
      </p>
      {facts}
      <section>
        <h2>What comes next</h2>
        <ol className="next">{children}</ol>
      </section>
      <p>
        <button type="button" className="button" onClick={restart}>
          {again}
        </button>
      </p>
    </div>
  )
}
