import { Link } from '@tanstack/react-router'
import type { ProductPage } from '../../api/types'
import { CartButton } from '../../cart/CartButton'
import { Chip, Label } from '../../components/Chip'
import { requestForm } from '../../lib/reference'
import { accessSign, freshnessSign, gateSign, statusSign } from '../../lib/words'
import { FollowButton } from './FollowButton'

/** What speaks for the product, and the one thing to do about it. */
export function ProductHead({ page }: { page: ProductPage }) {
  const freshness = freshnessSign(page.freshness)
  const gate = gateSign(page.quality)
  return (
    <>
      <p className="quiet">
        <code>{page.reference}</code> · version {page.version} · owner {page.owner}
      </p>
      <div className="row row-apart">
        <p className="chips">
          <Chip sign={statusSign(page.status)} />
          <Chip sign={accessSign(page.access)} />
          {freshness && <Chip sign={freshness} />}
          {gate && <Chip sign={gate} />}
          <Label>{`Tier ${page.tier}`}</Label>
          {page.tags.map((tag) => (
            <Label key={tag}>{tag}</Label>
          ))}
        </p>
        <div className="row">
          <FollowButton page={page} />
          {page.access === 'no' && (
            <>
              <CartButton reference={page.reference} />
              <Link {...requestForm(page.reference)} className="button button-main">
                Request access
              </Link>
            </>
          )}
          {page.access === 'yes' && (
            <Link
              to="/sql"
              search={{ product: page.reference, ...(page.purpose_shown ? { purpose: page.purpose_shown } : {}) }}
              className="button button-main"
            >
              Query
            </Link>
          )}
        </div>
      </div>
    </>
  )
}
