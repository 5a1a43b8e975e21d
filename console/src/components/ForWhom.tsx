import { useQuery } from '@tanstack/react-query'
import { whoAmI } from '../api/queries'
import { mayAskForServices } from '../lib/roles'
import { nameOf } from '../lib/words'
import { Field } from './Field'

type Props = {
  /** The subject as the API has it; empty for oneself. */
  value: string
  set: (value: string) => void
  error?: string | undefined
}

/** For whom access is asked: oneself, a group one is in, a service of one's domain. */
export function ForWhom({ value, set, error }: Props) {
  const { data: me } = useQuery(whoAmI())
  if (me === undefined || (me.groups.length === 0 && !mayAskForServices(me))) return null
  const service = value.startsWith('service:')
  return (
    <>
      <Field label="For" help={value.startsWith('group:') ? 'Everybody in the group can read then.' : undefined}>
        {(wiring) => (
          <select {...wiring} name="for" value={service ? 'service:' : value} onChange={(event) => set(event.target.value)}>
            <option value="">myself</option>
            {me.groups.map((group) => (
              <option key={group} value={`group:${group}`}>
                {nameOf(`group:${group}`)}
              </option>
            ))}
            {mayAskForServices(me) && <option value="service:">a service of my domain</option>}
          </select>
        )}
      </Field>
      {service && (
        <Field label="Service" error={error}>
          {(wiring) => (
            <input
              {...wiring}
              name="subject"
              autoComplete="off"
              spellCheck={false}
              placeholder="svc-name"
              value={value.slice('service:'.length)}
              onChange={(event) => set(`service:${event.target.value.trim()}`)}
            />
          )}
        </Field>
      )}
    </>
  )
}
