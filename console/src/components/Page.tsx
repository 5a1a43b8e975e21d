import { useEffect, type ReactNode } from 'react'

/** A page: its one h1 and the document's title. */
export function Page({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Tessera`
  }, [title])
  return (
    <>
      <header className="page-head">
        <h1>{title}</h1>
        {lead}
      </header>
      {children}
    </>
  )
}
