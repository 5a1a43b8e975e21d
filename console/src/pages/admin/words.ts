import type { PersonItem } from '../../api/people'

export function kindWords({ kind, home }: PersonItem): string {
  if (kind === 'service') return home ? `service of ${home}` : 'service'
  return 'person'
}

export function attributesWords(attributes: Record<string, string>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}
