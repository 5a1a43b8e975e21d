export type Unsent = { text: string }

/** The name under which what was typed about a request is kept until it is sent. */
export function unsentRemark(id: string): string {
  return `remark ${id}`
}

/** Lines and letters beyond which a text is folded. */
const MOST_LINES = 12
const MOST_LETTERS = 900

export function isLong(text: string): boolean {
  return text.length > MOST_LETTERS || text.split(/\r\n|\n|\r/).length > MOST_LINES
}
