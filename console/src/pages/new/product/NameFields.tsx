import { Field } from '../../../components/Field'
import { TextField } from '../TextField'
import type { StepProps } from './props'

export function NameFields({ draft, set, errors, domains }: StepProps & { domains: readonly string[] }) {
  return (
    <>
      <Field label="Domain" help="The domains in which you are an owner or an engineer." error={errors['domain']}>
        {(wiring) => (
          <select
            {...wiring}
            name="domain"
            value={draft.domain}
            // Tables and their columns are one domain's.
            onChange={(event) => set({ domain: event.target.value, table: '', columns: [] })}
          >
            {!domains.includes(draft.domain) && <option value="">Choose a domain</option>}
            {domains.map((domain) => (
              <option key={domain}>{domain}</option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label="Name"
        name="product"
        help="Lower-case letters, digits and _, at most 48. It can never be changed or given again."
        value={draft.product}
        set={(product) => set({ product })}
        error={errors['product']}
      />
      <TextField
        label="Title"
        name="title"
        help="As people say it, such as Fraud signals."
        value={draft.title}
        set={(title) => set({ title })}
        error={errors['title']}
      />
    </>
  )
}
