import type { DomainItem } from '../../../api/domains'
import type { WhoAmI } from '../../../api/types'
import { Radios } from '../Radios'
import type { DraftFields } from '../useDraft'
import { TextField } from '../TextField'
import type { Errors } from '../errors'
import type { DomainDraft } from './draft'

export type Known = { groups: string[]; regions: string[]; classifications: string[] }
type Props = DraftFields<DomainDraft> & { known: Known; errors: Errors }

/** What the domains of this mesh have already, to choose from; anything else may be typed. */
export function knownOf(items: readonly DomainItem[], me: WhoAmI): Known {
  const sorted = (words: readonly (string | null | undefined)[]) =>
    [...new Set(words.filter((word): word is string => word != null))].sort()
  return {
    groups: sorted([...me.groups, ...items.flatMap(({ owner, steward }) => [owner, steward])]),
    regions: sorted(items.flatMap(({ regions }) => regions)),
    classifications: sorted(items.map(({ classification }) => classification)),
  }
}

export function NameFields({ draft, set, errors }: Props) {
  return (
    <>
      <TextField
        label="Name"
        name="domain"
        help="Lower-case letters, digits and _, at most 24. It can never be changed or given again."
        value={draft.domain}
        set={(domain) => set({ domain })}
        error={errors['domain']}
      />
      <TextField
        label="Description"
        name="description"
        help="One sentence, for people who do not know the team."
        lines={2}
        value={draft.description}
        set={(description) => set({ description })}
        error={errors['description']}
      />
      <TextField
        label="Cost centre (optional)"
        name="costCentre"
        value={draft.costCentre}
        set={(costCentre) => set({ costCentre })}
      />
    </>
  )
}

export function PeopleFields({ draft, set, known, errors }: Props) {
  return (
    <>
      <TextField
        label="Owner group"
        name="owner"
        help="Answers for the products: applies the domain’s files, publishes, retires."
        known={known.groups}
        value={draft.owner}
        set={(owner) => set({ owner })}
        error={errors['owner']}
      />
      <TextField
        label="Steward group"
        name="steward"
        help="Decides who reads, and puts classes on columns."
        known={known.groups}
        value={draft.steward}
        set={(steward) => set({ steward })}
        error={errors['steward']}
      />
      <TextField
        label="Engineer group (optional)"
        name="engineers"
        help="Builds sources, steps and products, but decides no access. Left empty, the owners do."
        known={known.groups}
        value={draft.engineers}
        set={(engineers) => set({ engineers })}
        error={errors['engineers']}
      />
      <TextField
        label="Where alerts go (optional)"
        name="onCall"
        help="The address of the team’s alert channel, not of a person."
        inputMode="url"
        value={draft.onCall}
        set={(onCall) => set({ onCall })}
      />
    </>
  )
}

const HOMES = [
  {
    value: 'own',
    text: 'A repository of the domain’s own',
    help: 'You create the domain here now; the team then keeps its files in a repository with domain.yaml at its top.',
  },
  {
    value: 'mesh',
    text: 'The mesh’s repository',
    help: 'The file goes into its folder domains/ and is applied from a checkout of that repository.',
  },
]

export function PlaceFields({ draft, set, known, errors }: Props) {
  return (
    <>
      <TextField
        label="Region"
        name="region"
        help="One of the regions in mesh.yaml. Rows do not leave it."
        known={known.regions}
        value={draft.region}
        set={(region) => set({ region })}
        error={errors['region']}
      />
      <TextField
        label="Default level (optional)"
        name="classification"
        help="How sensitive the data usually is, such as internal or confidential. It is a label; masks come from classes on columns."
        known={known.classifications}
        value={draft.classification}
        set={(classification) => set({ classification })}
      />
      <Radios
        legend="Where its files live"
        name="home"
        options={HOMES}
        value={draft.home}
        set={(home) => set({ home })}
        error={errors['home']}
      />
    </>
  )
}
