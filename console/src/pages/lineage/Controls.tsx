import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { AsOf } from './AsOf'
import type { Side } from './dependence'
import { HIDES, LEVELS, VIEWS, hides, withHide, type Hide, type Level, type LineageSearch, type View } from './search'
import { LEVEL_WORDS } from './words'

const VIEW_WORDS: Record<View, string> = { graph: 'Graph', table: 'Table', impact: 'Impact' }
const HIDE_WORDS: Record<Hide, string> = { own: 'Hide bronze and silver', rows: 'Hide what only decides rows' }
const STEPS = [0, 1, 2, 3, 5, 10]

type Props = { view: View; level: Level; up: number; down: number }

/** How it is looked at. All of it is in the address. */
export function Controls({ view, level, up, down }: Props) {
  const search = useSearch({ from: '/lineage' })
  const navigate = useNavigate({ from: '/lineage' })
  const set: Set = (change) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const hidden = hides(search)
  return (
    <div className="lineage-controls">
      <div className="row lineage-choices">
        <nav aria-label="View" className="row">
          {VIEWS.map((one) => (
            <Link
              key={one}
              to="/lineage"
              search={{ ...search, view: one }}
              className="choice"
              aria-current={one === view ? 'true' : undefined}
              activeProps={{}}
            >
              {VIEW_WORDS[one]}
            </Link>
          ))}
        </nav>
        {view !== 'impact' && <Extents level={level} up={up} down={down} set={set} />}
      </div>
      {view !== 'impact' && (
        <div className="row lineage-choices">
          {HIDES.map((hide) => (
            <label key={hide} className="check">
              <input
                type="checkbox"
                checked={hidden.has(hide)}
                onChange={({ target }) => set({ hide: withHide(search, hide, target.checked) })}
              />
              {HIDE_WORDS[hide]}
            </label>
          ))}
          <AsOf key={search.asof ?? ''} shown={search.asof} show={(asof) => set({ asof })} />
        </div>
      )}
    </div>
  )
}

type Set = (change: Partial<LineageSearch>) => void

function Extents({ level, up, down, set }: Omit<Props, 'view'> & { set: Set }) {
  return (
    <>
      <label className="inline-field">
        Level{' '}
        <select value={level} onChange={({ target }) => set({ level: LEVELS.find((one) => one === target.value), sel: undefined })}>
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {LEVEL_WORDS[one]}
            </option>
          ))}
        </select>
      </label>
      <Steps side="up" steps={up} set={(steps) => set({ up: steps })} />
      <Steps side="down" steps={down} set={(steps) => set({ down: steps })} />
    </>
  )
}

function Steps({ side, steps, set }: { side: Side; steps: number; set: (steps: number) => void }) {
  const choices = [...new Set([...STEPS, steps])].sort((a, b) => a - b)
  return (
    <label className="inline-field">
      {side === 'up' ? 'Upstream steps' : 'Downstream steps'}{' '}
      <select value={steps} onChange={({ target }) => set(Number(target.value))}>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </label>
  )
}
