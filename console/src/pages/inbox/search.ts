/** Which request is open. */
export type InboxSearch = { id?: string | undefined }

export function parseInbox(raw: Record<string, unknown>): InboxSearch {
  return typeof raw['id'] === 'string' && raw['id'] !== '' ? { id: raw['id'] } : {}
}
