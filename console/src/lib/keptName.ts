/** The longest name of something that people keep, in characters as people count them for the server: code points. */
const LONGEST_NAME = 120

/** What the server takes for hidden: it would make a name look like another one. */
const HIDDEN = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u

/** Why a text is no name for a saved query or search; nothing if it is one. */
export function keptNameError(text: string): string | undefined {
  const name = text.trim()
  if (name === '') return 'Give it a name.'
  const length = [...name].length
  if (length > LONGEST_NAME) return `The name has ${length} characters; at most ${LONGEST_NAME} fit.`
  if (HIDDEN.test(name)) return 'The name has a character that cannot be seen, or that turns the direction of text.'
  return undefined
}
