import { counted } from '../../../lib/words'
import type { ChartKind } from '../search'
import { countWords } from '../words'
import type { Choice } from './choice'
import type { ChartData } from './data'

export const KIND_WORDS: Record<ChartKind, string> = { bar: 'Bars', line: 'Lines', points: 'Points' }

export function xWords(x: string): string {
  return x === '' ? 'the number of the row' : x
}

export function titleWords({ kind, x, y }: Choice): string {
  return `${KIND_WORDS[kind]} of ${y.join(', ')} along ${xWords(x)}`
}

/** What a reader who does not see the drawing is told of it. */
export function describe(data: ChartData): string {
  const ranges = data.series
    .filter(({ least }) => Number.isFinite(least))
    .map(({ name, least, most }) => `${name} is ${least === most ? '' : `between ${least.toLocaleString('en')} and `}${most.toLocaleString('en')}.`)
  return [`${counted(data.points.length, 'row')} drawn.`, ...ranges].join(' ')
}

/** Which rows are not drawn, and why. */
export function leftOut(data: ChartData, x: string, rows: number, more: boolean): string[] {
  const said: string[] = []
  if (data.looked < rows) said.push(`The first ${data.looked.toLocaleString('en')} of ${countWords(rows)} are drawn; ORDER BY decides which come first.`)
  if (more) said.push(`These are the first ${countWords(rows)} of the answer; there are more.`)
  if (data.without > 0) said.push(`${counted(data.without, 'row')} left out: ${xWords(x)} is NULL or has no place on the axis.`)
  for (const { name, empty } of data.series) {
    if (empty > 0) said.push(`${counted(empty, 'value')} of ${name} left out: NULL or not a number.`)
  }
  return said
}

const CONTROLS = /[\u0000-\u001f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** A value beside an axis: on one line, not longer than there is room, and without characters that turn what follows. */
export function shortened(text: string, most: number): string {
  const plain = text.replace(CONTROLS, ' ')
  const characters = [...plain.slice(0, most * 2 + 2)]
  return characters.length <= most ? plain : `${characters.slice(0, Math.max(1, most - 1)).join('')}…`
}
