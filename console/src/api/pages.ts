/** The longest page that the server gives. */
export const LONGEST_PAGE = 500

export type PageAsk = { limit: number; cursor?: string | undefined }

export function pageOf({ limit, cursor }: PageAsk): { limit: number; cursor?: string } {
  return { limit, ...(cursor === undefined ? {} : { cursor }) }
}

type Page<T> = { items: T[]; next?: string | null }

/** The first that fits on at most so many pages; `null` if there is none. */
export async function firstOnPages<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
  most: number,
  fits: (item: T) => boolean,
): Promise<T | null> {
  let cursor: string | undefined
  for (let page = 0; page < most; page += 1) {
    const { items, next } = await read(cursor)
    const found = items.find(fits)
    if (found !== undefined) return found
    if (!next) return null
    cursor = next
  }
  return null
}
