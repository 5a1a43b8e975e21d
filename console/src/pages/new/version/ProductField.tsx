import { useQueries } from '@tanstack/react-query'
import { products } from '../../../api/queries'
import { Field } from '../../../components/Field'
import type { DraftFields } from '../useDraft'
import type { Errors } from '../errors'
import type { VersionDraft } from './draft'

type Props = DraftFields<VersionDraft> & { errors: Errors; domains: readonly string[] }

/** As many products as one domain is shown; a link from a product's page leads here with any other. */
const MOST = 200

export function ProductField({ draft, set, errors, domains }: Props) {
  const found = useQueries({ queries: domains.map((domain) => products({ q: '', domain, limit: MOST })) })
  const names = found.flatMap(({ data }) => data?.items.map(({ reference }) => reference) ?? [])
  const shown = draft.product === '' || names.includes(draft.product) ? names : [draft.product, ...names]
  return (
    <Field label="Product" help="Of the domains in which you are an owner or an engineer." error={errors['product']}>
      {(wiring) => (
        <select
          {...wiring}
          name="product"
          value={draft.product}
          onChange={(event) => set({ product: event.target.value, text: '' })}
        >
          {draft.product === '' && <option value="">Choose a product</option>}
          {shown.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </Field>
  )
}
