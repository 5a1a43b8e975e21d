import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DomainPage } from '../../api/domains'
import { products } from '../../api/queries'
import { useRun, type Step } from '../../api/work'
import { Dialog } from '../../components/Dialog'
import { Field } from '../../components/Field'
import { millisWords } from '../../lib/time'
import { RefusalNotice } from './RefusalNotice'
import { Steps } from './Steps'
import { withStep } from './steps'

/** Takes in new source rows and builds what is made of them. It publishes nothing. */
export function BuildDrawer({ page }: { page: DomainPage }) {
  const navigate = useNavigate({ from: '/d/$domain/$tab' })
  const close = () => void navigate({ search: (before) => ({ ...before, build: undefined }), replace: true })
  const [target, setTarget] = useState('')
  const [full, setFull] = useState(false)
  const [steps, setSteps] = useState<Step[]>([])
  const run = useRun()
  const { data: found } = useQuery(products({ q: '', domain: page.domain, limit: 100 }))
  const begin = () => {
    setSteps([])
    run.mutate({ domain: page.domain, target, full, told: (step) => setSteps((before) => withStep(before, step)) })
  }
  return (
    <Dialog title={`Build in ${page.domain}`} kind="drawer" close={close}>
      <div className="drawer-wide">
        <p>Takes in new rows of the sources and builds the tables made of them. Readers see nothing of it until a product is published.</p>
        <Field label="What">
          {(wiring) => (
            <select {...wiring} value={target} onChange={(event) => setTarget(event.target.value)}>
              <option value="">Everything</option>
              {[...(page.bronze ?? []), ...(page.silver ?? [])].map((table) => (
                <option key={table}>{table}</option>
              ))}
              {found?.items.map((item) => (
                <option key={item.reference}>{item.reference}</option>
              ))}
            </select>
          )}
        </Field>
        <label className="check">
          <input type="checkbox" checked={full} onChange={(event) => setFull(event.target.checked)} />
          Build also what did not change
        </label>
        {run.isError && <RefusalNotice error={run.error} />}
        {run.data && (
          <p className="notice notice-good" role="status">
            Done in {millisWords(run.data.millis)}.
          </p>
        )}
        <p className="row">
          <button type="button" className="button" onClick={close}>
            Close
          </button>
          <button type="button" className="button button-main" disabled={run.isPending} onClick={begin}>
            {run.isPending ? 'Building' : 'Build'}
          </button>
        </p>
        <Steps steps={steps} running={run.isPending} />
      </div>
    </Dialog>
  )
}
