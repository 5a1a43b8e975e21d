import { Field } from '../../../components/Field'
import type { Errors } from '../Wizard'
import type { VersionDraft } from './draft'
import { nextVersion, versionOf, withVersion } from './text'

type Props = { before: string; text: string; set: (change: Partial<VersionDraft>) => void; errors: Errors }

const RISES = [
  ['patch', 'texts, examples and tags'],
  ['minor', 'something more is there or promised'],
  ['major', 'something that readers rely on is gone or weaker'],
] as const

export function ContractField({ before, text, set, errors }: Props) {
  const served = versionOf(before)
  return (
    <>
      {served !== undefined && (
        <fieldset className="choices">
          <legend>Version after {served}</legend>
          {RISES.map(([rise, what]) => {
            const version = nextVersion(served, rise)
            return (
              <label key={rise} className="check choice-line">
                <input
                  type="radio"
                  name="rise"
                  checked={versionOf(text) === version}
                  onChange={() => set({ text: withVersion(text, version) })}
                />
                <span>
                  {version}
                  <span className="quiet small block">{what}</span>
                </span>
              </label>
            )
          })}
        </fieldset>
      )}
      <Field label="contract.yaml" error={errors['text']}>
        {(wiring) => (
          <textarea
            {...wiring}
            name="text"
            className="contract-text"
            rows={24}
            wrap="off"
            spellCheck={false}
            value={text}
            onChange={(event) => set({ text: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}
