import { Field } from '../../../components/Field'
import { Choices } from '../Choices'
import { TextField } from '../TextField'
import type { StepProps } from './props'

const UNITS = [
  ['m', 'minutes'],
  ['h', 'hours'],
  ['d', 'days'],
] as const
const TIERS = [
  ['1', '1: others stop without it'],
  ['2', '2: others are slowed without it'],
  ['3', '3: others can wait'],
] as const

export function ContractFields({ draft, set, nearby, errors }: StepProps) {
  return (
    <>
      <TextField
        label="What it is for"
        name="purpose"
        help="20 characters or more."
        lines={2}
        value={draft.purpose}
        set={(purpose) => set({ purpose })}
        error={errors['purpose']}
      />
      <TextField
        label="What it is not (optional)"
        name="limitations"
        help="Rows that are missing, known faults, wrong uses."
        lines={2}
        value={draft.limitations}
        set={(limitations) => set({ limitations })}
      />
      <Choices
        legend="Terms of the glossary"
        name="terms"
        help="What the rows are about."
        known={nearby.terms}
        chosen={draft.terms}
        choose={(terms) => set({ terms })}
        others={draft.otherTerms}
        setOthers={(otherTerms) => set({ otherTerms })}
        error={errors['terms']}
      />
      <TextField
        label="One row is (optional)"
        name="rowMeans"
        help="Such as: one row for each claim."
        value={draft.rowMeans}
        set={(rowMeans) => set({ rowMeans })}
      />
      <div className="field-row">
        <TextField
          label="Never older than"
          name="fresh"
          inputMode="numeric"
          value={draft.fresh}
          set={(fresh) => set({ fresh })}
          error={errors['fresh']}
        />
        <Choice label="Unit" name="freshUnit" options={UNITS} value={draft.freshUnit} set={(freshUnit) => set({ freshUnit })} />
        <TextField
          label="More rows than"
          name="moreRowsThan"
          inputMode="numeric"
          value={draft.moreRowsThan}
          set={(moreRowsThan) => set({ moreRowsThan })}
          error={errors['moreRowsThan']}
        />
      </div>
      <Choice label="Tier" name="tier" options={TIERS} value={draft.tier} set={(tier) => set({ tier })} />
      <p className="quiet small">More rules, for columns and in SQL, are written into contract.yaml afterwards.</p>
    </>
  )
}

type ChoiceProps = {
  label: string
  name: string
  options: readonly (readonly [value: string, text: string])[]
  value: string
  set: (value: string) => void
}

export function Choice({ label, name, options, value, set }: ChoiceProps) {
  return (
    <Field label={label}>
      {(wiring) => (
        <select {...wiring} name={name} value={value} onChange={(event) => set(event.target.value)}>
          {options.map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
