import { useMakeToken } from '../../api/people'
import { CodeLine } from '../../components/CodeLine'
import { ConnectLines } from '../../components/ConnectLines'
import { Dialog } from '../../components/Dialog'
import type { MadeToken } from '../../api/people'
import { connectLines } from '../../lib/connect'
import { nameOf } from '../../lib/words'
import { TokenFields } from './TokenFields'
import { tokenBody } from './token'

/** Makes a token and shows its text once: it lives in this dialog and goes with it. */
export function TokenDialog({ principal, close }: { principal: string; close: () => void }) {
  const make = useMakeToken()
  const purpose = make.variables?.purpose
  return (
    <Dialog title={make.data ? `Token ${make.data.id}` : 'Make a token'} kind="drawer" close={close}>
      {make.data ? (
        <Made made={make.data} purpose={purpose} close={close} />
      ) : (
        <TokenFields
          principal={principal}
          refusal={make.error}
          sending={make.isPending}
          cancel={close}
          send={(form) => make.mutate(tokenBody(form))}
        />
      )}
    </Dialog>
  )
}

function Made({ made, purpose, close }: { made: MadeToken; purpose: string | null | undefined; close: () => void }) {
  const user = made.principal.replace(/^\w+:/, '')
  return (
    <>
      <p className="notice notice-warn" role="status">
        This is the only time the token is shown. Hand it to {nameOf(made.principal)} in a way that nobody else reads.
      </p>
      <CodeLine label="The token" text={made.token} what="the token" />
      <p className="quiet">
        For {nameOf(made.principal)}, {made.until ? `until ${made.until.slice(0, 10)}` : 'without an end'}.
      </p>
      <ConnectLines
        lines={connectLines({ address: made.postgres, database: made.database, user, token: made.token, purpose })}
      />
      <p className="row">
        <button type="button" className="button button-main" onClick={close}>
          I have it
        </button>
      </p>
    </>
  )
}
