/** The address of a saved query, to be given to others. It has the id and nothing of the text. */
export function linkTo(id: string): string {
  return `${window.location.origin}/sql/q/${encodeURIComponent(id)}`
}
