import { useQuery } from '@tanstack/react-query'
import { tokens } from '../../api/people'
import type { WhoAmI } from '../../api/types'
import { Loaded } from '../../components/Loaded'
import { isAdmin } from '../../lib/roles'
import { TokenDialog } from '../admin/TokenDialog'
import { TokenTable } from '../admin/TokenTable'

/** Of an administrator the server lists everybody's; this is the most it gives at once. */
const MOST = 500

export function MyTokens({ who, making, setMaking }: { who: WhoAmI; making: boolean; setMaking: (making: boolean) => void }) {
  const query = useQuery(tokens({ limit: MOST }))
  const admin = isAdmin(who)
  return (
    <>
      <div className="row row-apart">
        <p className="quiet">
          {admin
            ? 'Your own tokens. Everybody’s are in the administration.'
            : 'Your tokens. Administrators make them; ask one for another. You may revoke yours here.'}
        </p>
        {admin && (
          <button type="button" className="button button-main" onClick={() => setMaking(true)}>
            Make a token
          </button>
        )}
      </div>
      <Loaded query={query} lines={4}>
        {({ items, next }) => (
          <>
            <TokenTable items={items.filter((item) => item.principal === who.principal)} who={who} />
            {next && <p className="quiet">Only the newest {MOST} tokens of the mesh were looked through.</p>}
          </>
        )}
      </Loaded>
      {making && <TokenDialog principal={who.principal} close={() => setMaking(false)} />}
    </>
  )
}
