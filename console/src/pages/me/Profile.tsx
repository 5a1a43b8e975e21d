import type { WhoAmI } from '../../api/types'
import { Until } from '../../components/Until'
import { attributesWords } from '../admin/words'
import { scopeWords } from '../admin/token'

/** The person as the mesh knows them, and the token they are signed in with. */
export function Profile({ who }: { who: WhoAmI }) {
  return (
    <>
      <section>
        <h2>Who you are</h2>
        <dl className="facts">
          <dt>Name</dt>
          <dd>
            <code>{who.principal}</code>
          </dd>
          <dt>Mesh</dt>
          <dd>{who.mesh ?? 'not set up yet'}</dd>
          <dt>Groups</dt>
          <dd>{who.groups.join(', ') || 'none'}</dd>
          <dt>Roles</dt>
          <dd>{who.roles.join(', ') || 'none'}</dd>
          <dt>Attributes</dt>
          <dd>{attributesWords(who.attributes) || 'none'}</dd>
        </dl>
        <p className="quiet after-facts">
          Administrators set these in the mesh’s file people.yaml. Attributes decide which rows you read.
        </p>
      </section>
      <section>
        <h2>The token you are signed in with</h2>
        <dl className="facts">
          <dt>Token</dt>
          <dd>{who.token.id}</dd>
          <dt>Until</dt>
          <dd>
            <Until at={who.token.until} />
          </dd>
          <dt>May</dt>
          <dd>{who.token.scopes.map(scopeWords).join(', ') || 'everything you may'}</dd>
          <dt>Purpose</dt>
          <dd>{who.token.purpose ?? 'none; each statement says its own'}</dd>
        </dl>
      </section>
    </>
  )
}
