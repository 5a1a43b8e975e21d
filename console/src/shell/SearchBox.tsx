import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState, type RefObject } from 'react'
import { parseMarketplace } from '../pages/marketplace/search'

/** Long enough to skip the letters of a fast typist, short enough that an answer is there within the 200 ms that feel immediate. */
const PAUSE_MS = 100

/**
 * The one search box. On the marketplace it searches while a person types; from elsewhere Enter leads there. The address holds
 * the words: going back brings the earlier ones into the box.
 */
export function SearchBox({ box }: { box: RefObject<HTMLInputElement | null> }) {
  const navigate = useNavigate()
  const location = useRouterState({ select: (state) => state.location })
  const onMarketplace = location.pathname === '/marketplace'
  const inAddress = onMarketplace ? (parseMarketplace(location.search).q ?? '') : ''
  const [words, setWords] = useState(inAddress)
  const sent = useRef(inAddress)

  useEffect(() => {
    // What this box put into the address is in it already, perhaps with more letters since.
    if (inAddress === sent.current) return
    sent.current = inAddress
    setWords(inAddress)
  }, [inAddress])

  const search = (replace: boolean) => {
    const q = words.trim()
    sent.current = q
    void navigate({
      to: '/marketplace',
      search: (before) => ({ ...parseMarketplace(before), q: q === '' ? undefined : q, cursor: undefined }),
      replace,
    })
  }

  useEffect(() => {
    if (!onMarketplace || words.trim() === sent.current) return undefined
    const timer = setTimeout(() => search(true), PAUSE_MS)
    return () => clearTimeout(timer)
  })

  return (
    <form
      role="search"
      className="search"
      onSubmit={(event) => {
        event.preventDefault()
        search(onMarketplace)
      }}
    >
      <label htmlFor="search" className="visually-hidden">
        Search products
      </label>
      <input
        ref={box}
        id="search"
        type="search"
        autoComplete="off"
        placeholder="Search products, columns, terms"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  )
}
