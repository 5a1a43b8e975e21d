import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { productVersions, productAccess } from '../../api/queries'
import type { PublicationItem } from '../../api/types'
import { useRollBack } from '../../api/work'
import { Dialog } from '../../components/Dialog'
import { Field } from '../../components/Field'
import { Loaded } from '../../components/Loaded'
import { ProblemNotice } from '../../components/ProblemNotice'
import { relative } from '../../lib/time'
import { nameParts } from '../../lib/reference'

/** Serves an earlier publication again, after saying what that means and having the product’s name typed. */
export function RollbackDialog({ reference, close }: { reference: string; close: () => void }) {
  const query = useQuery(productVersions(nameParts(reference)))
  return (
    <Dialog title={`Roll back ${reference}`} close={close}>
      <Loaded query={query}>
        {({ items }) => {
          const earlier = items.filter((item) => !item.current)
          if (earlier.length === 0) return <p>There is no earlier publication that could be served.</p>
          return <Form reference={reference} current={items.find((item) => item.current)} earlier={earlier} close={close} />
        }}
      </Loaded>
    </Dialog>
  )
}

type FormProps = { reference: string; current: PublicationItem | undefined; earlier: readonly PublicationItem[]; close: () => void }

function Form({ reference, current, earlier, close }: FormProps) {
  const [to, setTo] = useState(earlier[0]?.publication ?? '')
  const [typed, setTyped] = useState('')
  const rollBack = useRollBack()
  const { data: access } = useQuery(productAccess(nameParts(reference)))
  const readers = access?.entitlements.filter((held) => held.state === 'active').length ?? 0
  if (rollBack.isSuccess) {
    return (
      <>
        <p className="notice notice-good" role="status">
          <code>{rollBack.data.publication}</code> is served now.
        </p>
        <p className="row">
          <button type="button" className="button" onClick={close}>
            Done
          </button>
        </p>
      </>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (typed === reference) rollBack.mutate({ product: reference, to })
      }}
    >
      <Field
        label="Serve again"
        help={current ? `Served now: ${current.publication}, version ${current.version}.` : 'Nothing is served now.'}
      >
        {(wiring) => (
          <select {...wiring} value={to} onChange={(event) => setTo(event.target.value)}>
            {earlier.map((item) => (
              <option key={item.publication} value={item.publication}>
                {item.publication}, version {item.version}, {relative(new Date(item.at), new Date())}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ul className="consequences">
        <li>Readers get the earlier rows with their next statement.</li>
        {readers > 0 && (
          <li>{readers === 1 ? '1 active entitlement reads' : `${readers.toLocaleString('en')} active entitlements read`} it.</li>
        )}
        <li>What was published since stays and can be served again.</li>
        <li>The journal says who did it.</li>
      </ul>
      <Field label={`Type ${reference} to confirm`}>
        {(wiring) => (
          <input {...wiring} autoComplete="off" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
      {rollBack.isError && <ProblemNotice error={rollBack.error} />}
      <p className="row">
        <button type="button" className="button" onClick={close}>
          Keep what is served
        </button>
        <button type="submit" className="button button-danger" disabled={typed !== reference || rollBack.isPending}>
          Roll back
        </button>
      </p>
    </form>
  )
}
