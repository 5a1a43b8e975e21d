import type { TokenItem } from '../../api/people'
import { useRevokeToken } from '../../api/people'
import { Confirm } from '../../components/Confirm'
import { nameOf } from '../../lib/words'

export function RevokeDialog({ token, own, close }: { token: TokenItem; own: boolean; close: () => void }) {
  const revoke = useRevokeToken()
  return (
    <Confirm
      title={`Revoke ${token.id}?`}
      act="Revoke"
      pending={revoke.isPending}
      error={revoke.error}
      confirm={() => revoke.mutate(token.id, { onSuccess: close })}
      close={close}
    >
      <ul className="consequences">
        <li>
          The token of {nameOf(token.principal)} opens nothing any more, at once, and what it has open is ended.
        </li>
        <li>Programs that use it stop working until they get another one.</li>
        <li>It cannot be brought back. What {nameOf(token.principal)} may read does not change.</li>
        {own && (
          <li>
            <strong>It is the token you are signed in with: you are signed out.</strong>
          </li>
        )}
      </ul>
    </Confirm>
  )
}
