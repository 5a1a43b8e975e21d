import { useQuery } from '@tanstack/react-query'
import { groups } from '../../api/people'
import { Loaded } from '../../components/Loaded'
import { Table } from '../../components/Table'
import { isAdmin, isAuditor, isMember } from '../../lib/roles'
import { Members } from '../admin/Members'
import type { DomainTabProps } from './DomainRoute'

export function PeopleTab({ page, who }: DomainTabProps) {
  const member = isMember(who, page.domain)
  return (
    <>
      <section>
        <h2>Who answers for it</h2>
        <dl className="facts">
          <dt>Owner</dt>
          <dd>{page.owner}: promises, publishes</dd>
          <dt>Steward</dt>
          <dd>{page.steward}: decides who reads</dd>
          <dt>Engineers</dt>
          <dd>{page.engineers}: build, publish</dd>
          <dt>On call</dt>
          <dd>
            {page.on_call ? (
              <OnCall place={page.on_call} />
            ) : (
              <span className="quiet">{member ? 'not set' : `told to the people of ${page.domain}`}</span>
            )}
          </dd>
        </dl>
      </section>
      <section>
        <h2>Who is told what</h2>
        <dl className="facts">
          <dt>Requests</dt>
          <dd>
            with their questions and decisions: whoever asked, {page.owner}, {page.steward}; where a product names another group to
            decide, that one
          </dd>
          <dt>Publications</dt>
          <dd>everybody who may find the product</dd>
          <dt>Unreadable data</dt>
          <dd>{[...new Set([page.owner, page.steward, page.engineers])].join(', ')}</dd>
        </dl>
        <p className="quiet small after-facts">
          The console tells them while it is open, and so does the stream of events to other programs. Auditors and administrators may be told as well.
        </p>
      </section>
      <section>
        <h2>In these groups</h2>
        {isAdmin(who) || isAuditor(who) ? (
          <Groups domain={page.domain} />
        ) : (
          <p className="quiet">Administrators and auditors see who is in a group. Groups are set in the mesh’s file people.yaml.</p>
        )}
      </section>
    </>
  )
}

/** An address is a link only where it leads to a page. */
function OnCall({ place }: { place: string }) {
  if (!/^https?:\/\//i.test(place)) return <>{place}</>
  return (
    <a href={place} target="_blank" rel="noopener noreferrer">
      {place}
    </a>
  )
}

/** Groups of one answer; a mesh has a few for each domain. */
const GROUPS = 500

function Groups({ domain }: { domain: string }) {
  const query = useQuery(groups({ limit: GROUPS }))
  return (
    <Loaded query={query}>
      {({ items }) => (
        <Table label={`Groups of ${domain}`} head={['Role', 'Group', 'Members']}>
          {items.flatMap((group) =>
            group.roles
              .filter((role) => role.endsWith(` of ${domain}`))
              .map((role) => (
                <tr key={`${role} ${group.group}`}>
                  <td>{role}</td>
                  <th scope="row">{group.group}</th>
                  <td>
                    <Members of={group.members} />
                  </td>
                </tr>
              )),
          )}
        </Table>
      )}
    </Loaded>
  )
}
