import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { KeysDialog } from './KeysDialog'
import { Person } from './Person'
import { SearchBox } from './SearchBox'
import { SideBar } from './SideBar'
import { ThemeSwitch } from './ThemeSwitch'
import { useShellKeys } from './useShellKeys'

export function Shell() {
  const box = useRef<HTMLInputElement>(null)
  const [helping, setHelping] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  useShellKeys({
    search: useCallback(() => box.current?.focus(), []),
    help: useCallback(() => setHelping(true), []),
  })
  useEffect(() => window.scrollTo(0, 0), [path])

  return (
    <div className="shell">
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          // A fragment would be a place in the history; only the focus is wanted.
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to content
      </a>
      <header className="top-bar">
        <Link to="/" className="brand" activeProps={{}}>
          <span className="brand-mark" aria-hidden="true" />
          Tessera
        </Link>
        <SearchBox box={box} />
        <div className="top-actions">
          <button type="button" className="button button-quiet" onClick={() => setHelping(true)} aria-label="Keys">
            <span aria-hidden="true">?</span>
          </button>
          <ThemeSwitch />
          <Person />
        </div>
      </header>
      <SideBar />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {helping && <KeysDialog close={() => setHelping(false)} />}
    </div>
  )
}
