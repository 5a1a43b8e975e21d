/** Characters that are not seen but turn the direction of what follows, or break the line. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** A name as it is drawn: what is not seen in it shows as a mark, so that it cannot pass for another one. */
export function printable(name: string): string {
  return name.replaceAll(UNSEEN, '\ufffd')
}

/** The beginning of a name that has room. */
export function shortened(name: string, room: number): string {
  const letters = [...printable(name)]
  return letters.length <= room ? letters.join('') : `${letters.slice(0, room - 1).join('')}…`
}
