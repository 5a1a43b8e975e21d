import { useState } from 'react'
import { usePublish, type PublishReport, type Step } from '../../api/work'
import { Dialog } from '../../components/Dialog'
import { GateVerdict } from './GateVerdict'
import { RefusalNotice } from './RefusalNotice'
import { Steps } from './Steps'
import { withStep } from './steps'

/** Tries a publication and then makes it. A refusal leaves what is served as it is. */
export function PublishDrawer({ reference, close }: { reference: string; close: () => void }) {
  const publish = usePublish()
  const [steps, setSteps] = useState<Step[]>([])
  const begin = (dryRun: boolean) => {
    setSteps([])
    publish.mutate({ product: reference, dryRun, told: (step) => setSteps((before) => withStep(before, step)) })
  }
  const report = publish.data
  const done = report !== undefined && !report.dry_run
  return (
    <Dialog title={`Publish ${reference}`} kind="drawer" close={close}>
      <div className="drawer-wide">
        {done ? (
          <Published report={report} />
        ) : (
          <p>
            A trial builds the candidate and checks every promise of the contract; nothing changes for readers. Publishing does the
            same and then serves it: readers get it with their next statement.
          </p>
        )}
        {publish.isError && <RefusalNotice error={publish.error} />}
        {report && <GateVerdict report={report} />}
        <p className="row">
          <button type="button" className="button" onClick={close}>
            {done ? 'Done' : 'Close'}
          </button>
          {!done && (
            <>
              <button
                type="button"
                className={`button ${report ? '' : 'button-main'}`}
                disabled={publish.isPending}
                onClick={() => begin(true)}
              >
                {report || publish.isError ? 'Try again' : 'Try it'}
              </button>
              <button
                type="button"
                className={`button ${report ? 'button-main' : ''}`}
                disabled={publish.isPending}
                onClick={() => begin(false)}
              >
                Publish
              </button>
            </>
          )}
        </p>
        <Steps steps={steps} running={publish.isPending} />
      </div>
    </Dialog>
  )
}

function Published({ report }: { report: PublishReport }) {
  return (
    <p className="notice notice-good" role="status">
      <code>{report.publication}</code> is served: {report.product} {report.version}.
    </p>
  )
}
