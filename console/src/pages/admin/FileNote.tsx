/** People are files like the rest of the mesh: reviewed, applied, on record. */
export function FileNote({ what }: { what: string }) {
  return (
    <details className="more">
      <summary>{what} come from a file. How to change them</summary>
      <p>
        They are in <code>people.yaml</code> of the mesh’s repository. Add a line, or take one away, and apply the repository; what
        changes is shown first.
      </p>
      <pre tabIndex={0} role="region" aria-label="Example of people.yaml">
        <code>{'people:\n  - {name: NAME, groups: [GROUP], attributes: {region: EU}}\nservices:\n  - {name: NAME, domain: DOMAIN}'}</code>
      </pre>
      <pre tabIndex={0} role="region" aria-label="Commands">
        <code>{'tessera plan\ntessera apply'}</code>
      </pre>
      <p>Somebody who is taken away reads nothing from their next statement on.</p>
    </details>
  )
}
