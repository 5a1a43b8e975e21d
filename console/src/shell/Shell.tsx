import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useCart } from '../cart/cart'
import { Live } from '../live/Live'
import { KeysDialog } from './KeysDialog'
import { Offline } from './Offline'
import { Person } from './Person'
import { SearchBox } from './SearchBox'
import { SideBar } from './SideBar'
import { ThemeSwitch } from './ThemeSwitch'
import { Palette } from './palette/Palette'
import { usePaletteKey } from './keys'
import { useShellKeys } from './useShellKeys'

export function Shell() {
  const box = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState<'keys' | 'palette' | null>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const showKeys = useCallback(() => setOver('keys'), [])
  const close = useCallback(() => setOver(null), [])
  useShellKeys({ search: useCallback(() => box.current?.focus(), []), help: showKeys })
  usePaletteKey(useCallback(() => setOver('palette'), []))
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
          <span className="brand-name">Tessera</span>
        </Link>
        <SearchBox box={box} />
        <div className="top-actions">
          <button type="button" className="button button-quiet palette-button" onClick={() => setOver('palette')} aria-label="Go to: Ctrl K">
            <kbd aria-hidden="true">Ctrl K</kbd>
          </button>
          <CartLink />
          <button type="button" className="button button-quiet keys-button" onClick={showKeys} aria-label="Keys">
            <span aria-hidden="true">?</span>
          </button>
          <ThemeSwitch />
          <Person />
        </div>
      </header>
      <SideBar />
      <main id="main" tabIndex={-1}>
        <Offline />
        <Outlet />
      </main>
      <Live />
      {over === 'keys' && <KeysDialog close={close} />}
      {over === 'palette' && <Palette close={close} showKeys={showKeys} />}
    </div>
  )
}

/** Only with something in it: an empty cart leads nowhere. */
function CartLink() {
  const { length } = useCart()
  if (length === 0) return null
  return (
    <Link to="/cart" className="button button-quiet">
      Cart <span className="count">{length}</span>
    </Link>
  )
}
