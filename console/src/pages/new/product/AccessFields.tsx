import { useQuery } from '@tanstack/react-query'
import { allDomains } from '../../../api/domains'
import type { WhoAmI } from '../../../api/types'
import { knownOf } from '../domain/fields'
import { Choices } from '../Choices'
import { TextField } from '../TextField'
import { Choice } from './ContractFields'
import type { StepProps } from './props'

const VISIBILITIES = [
  ['listed', 'everybody who signs in'],
  ['unlisted', 'the domain and those who may read'],
] as const

type Props = StepProps & { owner: boolean; me: WhoAmI }

export function AccessFields({ draft, set, nearby, errors, owner, me }: Props) {
  const all = useQuery(allDomains())
  if (!owner) {
    return (
      <p className="notice">
        Who may read is decided by the owners of {draft.domain}; you build there. No access.yaml is written. Without one,
        everybody finds the product, it may be read for every purpose of the mesh, and the domain’s steward decides, for 90 days at
        most. An owner may add the file at any time.
      </p>
    )
  }
  const item = all.data?.items.find(({ domain }) => domain === draft.domain)
  return (
    <>
      <label className="check choice-line">
        <input type="checkbox" checked={draft.withAccess} onChange={(event) => set({ withAccess: event.target.checked })} />
        <span>
          Write access.yaml
          <span className="quiet small block">
            Without it everybody finds the product, for every purpose of the mesh, and the domain’s steward decides, for 90 days.
          </span>
        </span>
      </label>
      {draft.withAccess && (
        <>
          <Choice
            label="Who finds it"
            name="visibility"
            options={VISIBILITIES}
            value={draft.visibility}
            set={(visibility) => set({ visibility })}
          />
          <Choices
            legend="Purposes it may be read for"
            name="purposes"
            help="None chosen means every purpose of the mesh."
            known={nearby.purposes}
            listed="Those listed are the mesh’s now; another must be declared in the same folder."
            chosen={draft.purposes}
            choose={(purposes) => set({ purposes })}
            others={draft.otherPurposes}
            setOthers={(otherPurposes) => set({ otherPurposes })}
            error={errors['purposes']}
          />
          <TextField
            label="Group that decides (optional)"
            name="approver"
            help={`Left empty, it is ${item?.steward ?? 'the domain’s steward'}.`}
            known={knownOf(all.data?.items ?? [], me).groups}
            value={draft.approver}
            set={(approver) => set({ approver })}
            error={errors['approver']}
          />
          <TextField
            label="Longest access, in days"
            name="maxDays"
            inputMode="numeric"
            value={draft.maxDays}
            set={(maxDays) => set({ maxDays })}
            error={errors['maxDays']}
          />
          <p className="quiet small">Row scopes and restrictions are written into access.yaml afterwards.</p>
        </>
      )}
    </>
  )
}
