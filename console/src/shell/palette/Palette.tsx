import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { Dialog } from '../../components/Dialog'
import { GROUPS, moved, type Entry } from './entries'
import { useEntries } from './useEntries'

/** Go to a page, find a product, do something: all by typing. The list follows the combobox pattern; the focus stays in the field. */
export function Palette({ close, showKeys }: { close: () => void; showKeys: () => void }) {
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const { entries, searching } = useEntries(typed, showKeys)
  const current = entries[moved(at, '', entries.length)]
  const idOf = (entry: Entry) => `${list}-${entries.indexOf(entry)}`
  const listbox = useRef<HTMLDivElement>(null)

  useEffect(() => {
    listbox.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current?.id])

  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return
    close()
    entry.run()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt(moved(moved(at, '', entries.length), event.key, entries.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(current)
    }
  }

  return (
    <Dialog title="Go to, find, do" kind="top" close={close}>
      <input
        role="combobox"
        aria-label="Page, product or action"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={current && idOf(current)}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        className="palette-field"
        placeholder="A page, a product, an action"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
      />
      <p className="quiet small" role="status">
        {wordsFor(entries.length, searching)}
      </p>
      <div ref={listbox} id={list} role="listbox" aria-label="Pages, products and actions" className="palette-list" tabIndex={-1}>
        {GROUPS.map((group) => {
          const members = entries.filter((entry) => entry.group === group)
          if (members.length === 0) return null
          return (
            <div key={group} role="group" aria-label={group}>
              <p className="palette-group" aria-hidden="true">
                {group}
              </p>
              {members.map((entry) => (
                <div
                  key={entry.id}
                  id={idOf(entry)}
                  role="option"
                  aria-selected={entry === current}
                  className="palette-entry"
                  onClick={() => run(entry)}
                >
                  <span>{entry.text}</span>
                  {entry.hint !== undefined && <span className="quiet small">{entry.hint}</span>}
                </div>
              ))}
            </div>
          )
        })}
      </div>
    </Dialog>
  )
}

function wordsFor(count: number, searching: boolean): string {
  if (searching) return 'Searching'
  if (count === 0) return 'Nothing fits. Try another word.'
  return count === 1 ? '1 line. Enter opens it.' : `${count} lines. Arrows move, Enter opens.`
}
