import { CopyButton } from '../../../components/CopyButton'
import { ProductLink } from '../../../components/ProductLink'
import { Time } from '../../../components/Time'
import type { TabProps } from './props'

export function OverviewTab({ page }: TabProps) {
  return (
    <div className="columns">
      <div>
        <section>
          <h2>What it is</h2>
          {page.purpose ? <p>{page.purpose}</p> : <p className="quiet">The contract does not say what it is for.</p>}
          {page.usage && (
            <>
              <h3>How to use it</h3>
              <p>{page.usage}</p>
            </>
          )}
          {page.limitations && (
            <>
              <h3>Limits</h3>
              <p>{page.limitations}</p>
            </>
          )}
        </section>
        <section>
          <h2>Ports</h2>
          {page.port_details.map((port) => (
            <p key={port.name}>
              <code>{`${page.reference}.${port.name}`}</code>
              {port.description && <> · {port.description}</>}
              {typeof port.rows === 'number' && <> {port.rows.toLocaleString('en')} rows.</>}
            </p>
          ))}
        </section>
        {page.access === 'yes' && page.connect.length > 0 && (
          <section>
            <h2>Read it</h2>
            <p className="quiet">Put your token in the place of TOKEN.</p>
            {page.connect.map(({ tool, line }) => (
              <div key={tool} className="code-line">
                <div className="code-line-head">
                  <h3>{tool}</h3>
                  <CopyButton text={line} what={`the line for ${tool}`} />
                </div>
                <pre tabIndex={0} role="region" aria-label={`Line for ${tool}`}>
                  <code>{line}</code>
                </pre>
              </div>
            ))}
          </section>
        )}
      </div>
      <div>
        <section>
          <h2>Facts</h2>
          <dl className="facts">
            <dt>Published</dt>
            <dd>{page.published_at ? <Time at={page.published_at} /> : 'not yet'}</dd>
            <dt>Freshness</dt>
            <dd>{page.fresh_within ? `promised within ${page.fresh_within}` : 'nothing promised'}</dd>
            {typeof page.lag_minutes === 'number' && (
              <>
                <dt>Newest data</dt>
                <dd>{page.lag_minutes === 0 ? 'less than a minute old' : `${page.lag_minutes} minutes old`}</dd>
              </>
            )}
            <dt>Decides on access</dt>
            <dd>{page.approver}</dd>
            {page.previous_until && (
              <>
                <dt>Earlier major version</dt>
                <dd>
                  served until <Time at={page.previous_until} />
                </dd>
              </>
            )}
          </dl>
        </section>
        <References title="Made from" references={page.made_from} none="No product that is visible to you." />
        <References title="Made into" references={page.made_into} none="No product that is visible to you." />
        {page.glossary.length > 0 && (
          <section>
            <h2>Terms</h2>
            <dl className="terms">
              {page.glossary.map(({ term, definition }) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>{definition ?? 'not defined yet'}</dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        {page.history.length > 0 && (
          <section>
            <h2>Publications</h2>
            <ul className="plain-list">
              {page.history.map((entry) => (
                <li key={entry.publication}>
                  {entry.version} · <Time at={entry.at} /> {entry.current && <strong>served now</strong>}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  )
}

function References({ title, references, none }: { title: string; references: readonly string[]; none: string }) {
  return (
    <section>
      <h2>{title}</h2>
      {references.length === 0 ? (
        <p className="quiet">{none}</p>
      ) : (
        <ul className="plain-list">
          {references.map((reference) => (
            <li key={reference}>
              <ProductLink reference={reference} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
