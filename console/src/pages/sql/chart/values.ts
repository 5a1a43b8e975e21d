import { isNumeric, type Cell } from '../result/rows'

/** What a column can be drawn as: along a scale of numbers, along time, or one value beside the other. */
export type Kind = 'number' | 'time' | 'text'

export function kindOf(type: string): Kind {
  if (isNumeric(type)) return 'number'
  return type === 'date' || type === 'timestamp' ? 'time' : 'text'
}

/** Where a value lies on a scale, or null where it lies nowhere: NULL, NaN, what is infinite. A place may round; the value shown does not. */
export function placeOf(cell: Cell | undefined, kind: Kind): number | null {
  if (cell === null || cell === undefined || cell === '' || kind === 'text') return null
  const place = kind === 'number' ? Number(cell) : instantOf(String(cell))
  return Number.isFinite(place) ? place : null
}

/** A time without a zone is taken as written, so that its axis says what the column says. */
function instantOf(text: string): number {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(\.\d{1,3})?\d*)?(Z|[+-]\d\d:\d\d)?$/.exec(text)
  if (parts === null) return NaN
  const [, day = '', time = '00:00:00', fraction = '', zone = 'Z'] = parts
  return Date.parse(`${day}T${time}${fraction}${zone}`)
}
