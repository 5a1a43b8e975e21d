import { useState } from 'react'
import { Dialog } from '../components/Dialog'
import { setSingleKeys, singleKeysOn } from './keys'

const KEYS: readonly [string, string][] = [
  ['/', 'Search'],
  ['g h', 'Home'],
  ['g m', 'Marketplace'],
  ['g l', 'Lineage'],
  ['g s', 'SQL'],
  ['g a', 'My access'],
  ['g i', 'Inbox'],
  ['j, k', 'Inbox: next, previous request'],
  ['a, d', 'Inbox: approve, deny the request'],
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
