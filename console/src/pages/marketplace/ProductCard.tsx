import type { FoundItem, WhyItem } from '../../api/types'
import { CartButton } from '../../cart/CartButton'
import { Chip, Label } from '../../components/Chip'
import { ProductLink } from '../../components/ProductLink'
import { Time } from '../../components/Time'
import { mayBeAskedFor } from '../../lib/mine'
import { accessSign, freshnessSign, statusSign } from '../../lib/words'
import { readersWords } from './order'
import { productMark } from './useProductKeys'

const PLACES: Record<string, string> = {
  name: 'name',
  title: 'title',
  column: 'column',
  tag: 'label',
  term: 'glossary term',
  owner: 'owner',
  text: 'description',
}

/** A product as found: what it is for, what speaks for it, and why it is in the list. */
export function ProductCard({ item }: { item: FoundItem }) {
  const freshness = freshnessSign(item.freshness)
  const asks = mayBeAskedFor(item)
  return (
    <article className="card" {...productMark(item.reference, asks)}>
      <div className="card-head">
        <h2>
          <ProductLink reference={item.reference} text={item.title ?? item.reference} />
        </h2>
        {asks && <CartButton reference={item.reference} />}
      </div>
      <p className="quiet small card-name">
        <code>{item.reference}</code> · version {item.version} · {item.owner}
        {item.published_at != null && (
          <>
            {' '}
            · published <Time at={item.published_at} />
          </>
        )}
        {item.readers > 0 && <span title={readersWords(item.readers)}> · read by {item.readers.toLocaleString('en')}</span>}
      </p>
      {item.purpose && <p>{item.purpose}</p>}
      <p className="chips">
        <Chip sign={accessSign(item.access)} />
        {item.status === 'draft' && <Chip sign={statusSign(item.status)} />}
        {item.visibility === 'unlisted' && <Chip sign={{ text: 'Unlisted', tone: 'plain' }} />}
        {freshness && <Chip sign={freshness} />}
        <Label>{`Tier ${item.tier}`}</Label>
        {[...new Set([...item.classes, ...item.tags])].map((tag) => (
          <Label key={tag}>{tag}</Label>
        ))}
      </p>
      {item.why && item.why.length > 0 && <Why why={item.why} />}
    </article>
  )
}

function Why({ why }: { why: readonly WhyItem[] }) {
  return (
    <ul className="why small quiet" aria-label="Why it was found">
      {why.map((reason) => (
        <li key={`${reason.word} ${reason.in} ${reason.place ?? ''}`}>
          <mark>{reason.word}</mark> in the {PLACES[reason.in] ?? reason.in}: {reason.place ?? reason.text}
        </li>
      ))}
    </ul>
  )
}
