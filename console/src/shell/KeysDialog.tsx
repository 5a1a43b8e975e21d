import { useState } from 'react'
import { Dialog } from '../components/Dialog'
import { PAGES } from './pages'
import { setSingleKeys, singleKeysOn } from './keys'

const KEYS: readonly [string, string][] = [
  ['/', 'Search'],
  ...PAGES.flatMap(({ key, label }): [string, string][] => (key === undefined ? [] : [[`g ${key}`, label]])),
  ['j, k', 'Next, previous request or product'],
  ['x, r', 'Marketplace: into the cart, ask for access'],
  ['y, d', 'Inbox: approve, deny the request'],
  ['a', 'Inbox: ask a question about it'],
  ['e, f', 'Lineage: expand, look at the box'],
  ['Esc', 'Close a dialog'],
  ['?', 'This list'],
]

export function KeysDialog({ close }: { close: () => void }) {
  const [on, setOn] = useState(singleKeysOn)
  return (
    <Dialog title="Keys" close={close}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet small">
        <kbd>Ctrl K</kbd> or <kbd>⌘ K</kbd> finds pages, products and actions; it works also where the keys above are off.
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            setSingleKeys(event.target.checked)
            setOn(event.target.checked)
          }}
        />
        Use these keys
      </label>
    </Dialog>
  )
}
