import type { Planned, PlannedChange } from '../../../api/plan'

type Judged = {
  /** What the wizard's files change. */
  mine: PlannedChange[]
  /** What else the chosen folder would change. */
  others: PlannedChange[]
  /** Why it may not be applied here; nothing if it may. */
  against: string | null
}

/** What a plan means for the person: the console applies nothing but the wizard's own files. */
export function judged(planned: Planned, paths: readonly string[]): Judged {
  const changes = planned.changes.filter(({ verb }) => verb !== 'unchanged')
  const isMine = ({ path }: PlannedChange) => paths.includes(path)
  const mine = changes.filter(isMine)
  const others = changes.filter((change) => !isMine(change))
  return { mine, others, against: reasonAgainst(mine, others) }
}

function reasonAgainst(mine: readonly PlannedChange[], others: readonly PlannedChange[]): string | null {
  if (mine.length === 0) return 'These files change nothing: the mesh has them already.'
  if (mine.some(({ refused }) => refused != null)) return 'It is not yours to apply. Hand the files to somebody who may.'
  if (mine.some(({ confirm }) => confirm != null)) return 'It has to be confirmed on the command line.'
  if (others.length > 0) {
    return (
      'The folder differs from the mesh in more than these files, and only these are applied here. ' +
      'Bring the folder up to date, or use the command line.'
    )
  }
  return null
}

export function verbWords(verb: PlannedChange['verb']): string {
  return { create: 'New', update: 'Changed', retire: 'Gone', unchanged: 'As it is' }[verb]
}

/** `product:claims.letters` as people say it. */
export function objectWords(object: string): string {
  return object.replace(':', ' ')
}
