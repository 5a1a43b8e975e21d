import { Field } from '../../../components/Field'
import { Radios } from '../Radios'
import type { Errors } from '../errors'
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
        <Radios
          legend={`Version after ${served}`}
          name="rise"
          options={RISES.map(([rise, help]) => {
            const version = nextVersion(served, rise)
            return { value: version, text: version, help }
          })}
          value={versionOf(text) ?? ''}
          set={(version) => set({ text: withVersion(text, version) })}
        />
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
