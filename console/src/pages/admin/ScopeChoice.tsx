import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { allDomains } from '../../api/domains'
import { SCOPES, scopeOf, scopeWords } from './token'

/** What a token is narrowed to. Without a scope it may whatever its principal may. */
export function ScopeChoice({ scopes, change }: { scopes: readonly string[]; change: (scopes: string[]) => void }) {
  const [kind, setKind] = useState<string>('query')
  const [domain, setDomain] = useState('')
  const { data: known } = useQuery(allDomains())
  const next = scopeOf(kind, domain)
  return (
    <fieldset className="scopes">
      <legend>May</legend>
      {scopes.length === 0 ? (
        <p>Everything its principal may. Add something to narrow it.</p>
      ) : (
        <ul className="scope-list">
          {scopes.map((scope) => (
            <li key={scope}>
              {scopeWords(scope)}
              <button
                type="button"
                className="button button-quiet"
                aria-label={`Remove ${scopeWords(scope)}`}
                onClick={() => change(scopes.filter((other) => other !== scope))}
              >
                <span aria-hidden="true">✕</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <span className="row">
        <select aria-label="Action" value={kind} onChange={(event) => setKind(event.target.value)}>
          {SCOPES.map(({ scope, what }) => (
            <option key={scope} value={scope}>
              {what}
            </option>
          ))}
        </select>
        {kind !== 'query' && (
          <select aria-label="Domain" value={domain} onChange={(event) => setDomain(event.target.value)}>
            <option value="">Choose a domain</option>
            {known?.items.map((item) => (
              <option key={item.domain}>{item.domain}</option>
            ))}
          </select>
        )}
        <button
          type="button"
          className="button"
          disabled={next === null || scopes.includes(next)}
          onClick={() => next !== null && change([...scopes, next])}
        >
          Add
        </button>
      </span>
    </fieldset>
  )
}
